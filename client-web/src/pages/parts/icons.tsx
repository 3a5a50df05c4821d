/** Drawn here, since a page asks no other host, and a picture each would be a request each. */
import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const PlayIcon = () => (
  <Icon>
    <path d="M4.5 2.7v10.6c0 .5.6.9 1 .6l8-5.3c.4-.3.4-.9 0-1.2l-8-5.3c-.4-.3-1 .1-1 .6z" />
  </Icon>
);

export const PauseIcon = () => (
  <Icon>
    <rect x="3.5" y="2.5" width="3.2" height="11" rx="1" />
    <rect x="9.3" y="2.5" width="3.2" height="11" rx="1" />
  </Icon>
);

export const StopIcon = () => (
  <Icon>
    <rect x="3" y="3" width="10" height="10" rx="1.6" />
  </Icon>
);

export const KeyIcon = () => (
  <Icon>
    <path d="M10.5 1a4.5 4.5 0 0 0-4.3 5.8L1.3 11.7a1 1 0 0 0-.3.7V14a1 1 0 0 0 1 1h2.2a.8.8 0 0 0 .8-.8V13h1.2a.8.8 0 0 0 .8-.8V11h1a.9.9 0 0 0 .6-.3l.9-.9A4.5 4.5 0 1 0 10.5 1zm1.2 4.6a1.3 1.3 0 1 1 0-2.6 1.3 1.3 0 0 1 0 2.6z" />
  </Icon>
);

export const RetryIcon = () => (
  <Icon>
    <path d="M8 2.5a5.5 5.5 0 0 1 4 1.7V2.8a.75.75 0 0 1 1.5 0v3.45a.75.75 0 0 1-.75.75H9.3a.75.75 0 0 1 0-1.5h1.8A4 4 0 1 0 12 8.9a.75.75 0 0 1 1.48.24A5.5 5.5 0 1 1 8 2.5z" />
  </Icon>
);

export const CrossIcon = () => (
  <Icon>
    <path d="M3.7 2.6 8 6.9l4.3-4.3 1.1 1.1L9.1 8l4.3 4.3-1.1 1.1L8 9.1l-4.3 4.3-1.1-1.1L6.9 8 2.6 3.7z" />
  </Icon>
);

export const TrashIcon = () => (
  <Icon>
    <path d="M6.3 1.5h3.4l.8 1.3H13a.7.7 0 0 1 0 1.4h-.4l-.6 8.9a1.5 1.5 0 0 1-1.5 1.4h-5A1.5 1.5 0 0 1 4 13.1l-.6-8.9H3a.7.7 0 0 1 0-1.4h2.5zM6.1 6a.65.65 0 0 0-.6.7l.3 5a.65.65 0 1 0 1.3-.1l-.3-5a.65.65 0 0 0-.7-.6zm3.8 0a.65.65 0 0 0-.7.6l-.3 5a.65.65 0 1 0 1.3.1l.3-5a.65.65 0 0 0-.6-.7z" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon>
    <path d="M6 1.5h6A1.5 1.5 0 0 1 13.5 3v7.5a.75.75 0 0 1-1.5 0V3H6a.75.75 0 0 1 0-1.5zM4 4.5h5A1.5 1.5 0 0 1 10.5 6v7A1.5 1.5 0 0 1 9 14.5H4A1.5 1.5 0 0 1 2.5 13V6A1.5 1.5 0 0 1 4 4.5z" />
  </Icon>
);

/** The atom of the name: three orbits and what they turn around. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g class="mark-orbits">
        <ellipse cx="16" cy="16" rx="14" ry="5.5" />
        <ellipse cx="16" cy="16" rx="14" ry="5.5" transform="rotate(60 16 16)" />
        <ellipse cx="16" cy="16" rx="14" ry="5.5" transform="rotate(120 16 16)" />
      </g>
      <circle class="mark-core" cx="16" cy="16" r="3.5" />
    </svg>
  );
}
