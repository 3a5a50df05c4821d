/** The little Markdown that descriptions are written in: paragraphs, code and strong words. Everything else stays text. */
import type { ComponentChildren } from "preact";

export function Words({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n{2,}/).map((paragraph) => (
        <p key={paragraph}>
          <Line text={paragraph} />
        </p>
      ))}
    </>
  );
}

/** Without paragraphs. */
export function Line({ text }: { text: string }) {
  return <>{text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map(pieceOf)}</>;
}

function pieceOf(piece: string, i: number): ComponentChildren {
  if (i % 2 === 0) return piece;
  return piece.startsWith("`") ? <code>{piece.slice(1, -1)}</code> : <strong>{piece.slice(2, -2)}</strong>;
}
