import type { JSX } from "preact";

interface StarButtonProps {
  readonly star: boolean;
  readonly name: string;
  onToggle(): unknown;
}

export function StarButton({ star, name, onToggle }: StarButtonProps): JSX.Element {
  return (
    <button type="button" class="star" aria-pressed={star} aria-label={`Star ${name}`} onClick={() => void onToggle()}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M10 1.8l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z" />
      </svg>
    </button>
  );
}
