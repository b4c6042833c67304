import { type Fields, type Level, noFields } from "./image-levels.ts";
import type { XmlElement } from "./read-xml.ts";

/**
 * The fields of an element, however it is written: a text that holds elements, or that is there twice and differs, is left out,
 * and lists that are there twice are one.
 */
export function readElement(parents: readonly XmlElement[], level: Level): Fields {
  const fields = noFields(level);
  for (const [name, elements] of byName(parents)) {
    const slot = level.byName.get(name);
    if (slot?.within === undefined) {
      if (slot) fields.texts[slot.at] = textOf(elements);
      continue;
    }
    const { at, within, isList } = slot;
    fields.groups[at] = isList
      ? itemsOf(elements).map((item) => readElement([item], within))
      : [readElement(elements, within)];
  }
  return fields;
}

/** What all of these elements say; undefined where they do not say the same, or something else than text. */
export function textOf(elements: readonly XmlElement[]): string | undefined {
  const [first, ...others] = elements.map(({ elements: inner, isNil, text }) =>
    inner.length > 0 || isNil ? undefined : withoutLayout(text),
  );
  return others.every((other) => other === first) ? first : undefined;
}

/** Line breaks and spaces alone are how an empty element was laid out. */
export function withoutLayout(text: string): string {
  return text.includes("\n") && text.trim() === "" ? "" : text;
}

function itemsOf(lists: readonly XmlElement[]): XmlElement[] {
  return lists.flatMap(({ elements }) => elements.filter(({ name }) => name === "item"));
}

function byName(parents: readonly XmlElement[]): Map<string, XmlElement[]> {
  const named = new Map<string, XmlElement[]>();
  for (const { elements } of parents) {
    for (const element of elements) {
      const same = named.get(element.name);
      if (same) same.push(element);
      else named.set(element.name, [element]);
    }
  }
  return named;
}
