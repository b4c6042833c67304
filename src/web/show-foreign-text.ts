import { options, type VNode } from "preact";
import { visibleText } from "../visible-text.ts";

/** Attributes that are shown or read out. */
const SHOWN = ["aria-label", "title"];

/**
 * From now on invisible characters, and those that change the direction of writing, are made visible in all texts of the page:
 * anybody can give images any names.
 */
export function showForeignText(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    const props: unknown = vnode.props;
    // A piece of text is a node without a type, which has its text for properties.
    if (typeof props === "string") Object.assign(vnode, { props: visibleText(props, "\n") });
    else if (typeof vnode.type === "string") showAttributes(vnode.props);
    before?.(vnode);
  };
}

function showAttributes(props: object): void {
  for (const [name, value] of Object.entries(props))
    if (SHOWN.includes(name) && typeof value === "string") Object.assign(props, { [name]: visibleText(value) });
}
