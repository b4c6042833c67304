import { options, type VNode } from "preact";
import { visibleText } from "../visible-text.ts";

/** Attributes that are shown or read out. */
const SHOWN = ["aria-label", "title"];

/**
 * From now on no text of the page holds what is not seen or turns the direction of writing: names come from clouds, where
 * anybody may give any.
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
