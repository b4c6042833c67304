import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface MenuProps {
  readonly title: string;
  /** Made when the menu is opened. */
  readonly children: () => ComponentChildren;
}

/** A menu that opens below its title, until Esc or a click elsewhere. */
export function Menu({ title, children }: MenuProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const leave = ({ target }: Event): void => {
      if (target instanceof Node && !menu.current?.contains(target)) setOpen(false);
    };
    addEventListener("pointerdown", leave);
    addEventListener("focusin", leave);
    return () => {
      removeEventListener("pointerdown", leave);
      removeEventListener("focusin", leave);
    };
  }, [isOpen]);
  return (
    <div
      ref={menu}
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        setOpen(false);
        button.current?.focus();
        event.preventDefault();
      }}
    >
      <button ref={button} type="button" class="quiet small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {title}
        <span class="chevron" aria-hidden="true" />
      </button>
      {isOpen && <div class="menu-body">{children()}</div>}
    </div>
  );
}
