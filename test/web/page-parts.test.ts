import { h, options, type VNode } from "preact";
import { describe, expect, test } from "vitest";
import { cutAtMatches } from "../../src/web/results/cut-at-matches.ts";
import { foldFamilies } from "../../src/web/results/fold-families.ts";
import { showForeignText } from "../../src/web/show-foreign-text.ts";
import type { Entry } from "../../src/web/server/answers.ts";
import { imagePath, linkTo, readView, START, type PageView } from "../../src/web/view.ts";

describe("a link", () => {
  test.each<Partial<PageView>>([
    {},
    { term: ' "a b" ä&=%', backend: "x/y z", filters: { trust: ["official", "self"], latest: ["true"] } },
    { term: "a", filters: { publisher: ["A & B"] }, image: { backend: "b", id: "projects/p/images/i&1" } },
    { layout: "table", sort: "-created", columns: ["id", "region"], filters: { region: ["eu-west-1", "r2"] } },
    { screen: "changes", layout: "table", columns: [] },
  ])("restores the view %j", (changes) => {
    const view = { ...START, ...changes };
    expect(readView(linkTo(view).slice(1))).toEqual(view);
  });

  test("leaves what it does not know alone", () => {
    expect(readView("?colour=red&architecture=&image=ami-1")).toEqual(readView(""));
  });

  test("to an image keeps the slashes of its id", () => {
    expect(imagePath({ backend: "a b", id: "p/q r" })).toBe("/backends/a%20b/images/p/q%20r");
  });
});

describe("text from a cloud", () => {
  test("is shown without what turns its direction or hides, also where it is read out", () => {
    showForeignText();
    const text = { type: null, props: "a\u202eb\u200bc\nd" } as unknown as VNode;
    const button = h("button", { "aria-label": "star \u202ex", title: "x\u0007", value: "\u202e" });

    options.vnode?.(text);

    expect(text.props).toBe("a\\u202eb\\u200bc\nd");
    expect(button.props).toMatchObject({ "aria-label": "star \\u202ex", title: "x\\x07", value: "\u202e" });
  });
});

describe("marks", () => {
  test.each([
    ["ubuntu-jammy-22.04", "JAMMY ubu", "[ubu]ntu-[jammy]-22.04"],
    ["aaaa", "aa", "[aaaa]"],
    ["my big image", '"big image"', "my [big image]"],
    ["nothing", "", "nothing"],
    ["İstanbul", "stan", "İstanbul"],
  ])("of %j for %j are %j", (text, term, marked) => {
    const pieces = cutAtMatches(text, term);
    expect(pieces.map(({ text: piece, isMatch }) => (isMatch ? `[${piece}]` : piece)).join("")).toBe(marked);
  });
});

describe("folding", () => {
  test("puts builds of one family beneath the first found, the newest first, and mixes no owners or architectures", () => {
    const build = (id: string, day: number, facts: Partial<Entry> = {}): Entry =>
      entry({ id, family: "f-*", owner_id: "o", created_at: `2026-01-0${day}T00:00:00Z`, ...facts });
    const folds = foldFamilies([
      build("new", 4),
      build("older", 2),
      build("other owner", 3, { owner_id: "p" }),
      build("old", 3),
      build("arm", 3, { architecture: "arm64" }),
      entry({ id: "elsewhere", backend_id: "two", family: "f-*" }),
    ]);
    expect(folds.map(({ lead, others }) => [lead.id, ...others.map(({ id }) => id)])).toEqual([
      ["new", "old", "older"],
      ["other owner"],
      ["arm"],
      ["elsewhere"],
    ]);
  });
});

test("undated builds of a family are folded by version, and images that are builds of nothing stay alone", () => {
  const folds = foldFamilies([
    entry({ id: "a", name: "app 8.9", family: "app *" }),
    entry({ id: "b", name: "app 8.8", family: "app *" }),
    entry({ id: "c", name: "app 8.10", family: "app *" }),
    entry({ id: "d", family: null }),
    entry({ id: "e", family: null }),
  ]);

  expect(folds.map(({ lead, others }) => [lead.id, ...others.map(({ id }) => id)])).toEqual([
    ["a", "c", "b"],
    ["d"],
    ["e"],
  ]);
});

function entry(fields: Partial<Entry>): Entry {
  const { id = "ami-0", name = id, family = name } = fields;
  const plain = { backend_id: "one", star: false, extra: {}, publisher: null, trust: "community" } as const;
  const facts = { os: null, os_version: null, os_codename: null, architecture: null, owner_id: null, created_at: null };
  const usual = { ...facts, state: "available", hidden: false } as const;
  return { ...plain, ...usual, latest: true, deprecated_at: null, retired_at: null, ...fields, id, name, family };
}
