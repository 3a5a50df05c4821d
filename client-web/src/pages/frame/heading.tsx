import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { arrived } from "./navigation.js";

type HeadingProps = {
  /** Of the document: what a tab and the history show. */
  readonly title: string;
  readonly children: ComponentChildren;
};

/** The one `h1` of a page. It takes the focus when the page was gone to, so that it is read out as a new document would be. */
export function Heading({ title, children }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (heading.current) arrived(heading.current);
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
