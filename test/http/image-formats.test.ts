import { expect, test } from "vitest";
import { inFormat } from "../../src/http/answering/image-formats.ts";

const ENTRIES = [
  { star: false, id: "ami-1", name: "=1+1", extra: { a: 'x"y' } },
  { star: true, id: "ami-2", name: "plain, with a comma", extra: {} },
  { star: false, id: "-3", name: "café", extra: {} },
];

function written(format: "json" | "csv" | "ndjson", pieces: readonly string[]): string {
  const buffers = [
    ...inFormat(
      pieces.map((piece) => Buffer.from(piece)),
      format,
      {},
    ),
  ];
  return Buffer.concat(buffers.flatMap((piece) => piece ?? [])).toString();
}

const [first, ...others] = ENTRIES.map((entry) => JSON.stringify(entry));
const PIECES = [`[${first}`, `,${others.join(",")}`, "]"];

test("JSON goes through as it is", () => {
  expect(written("json", PIECES)).toBe(JSON.stringify(ENTRIES));
});

test("NDJSON has a line for each image, however the array is cut", () => {
  const lines = ENTRIES.map((entry) => `${JSON.stringify(entry)}\n`).join("");

  expect(written("ndjson", PIECES)).toBe(lines);
  expect(written("ndjson", [JSON.stringify(ENTRIES)])).toBe(lines);
  expect(written("ndjson", ["[]"])).toBe("");
});

test("CSV has a heading, quotes what must be, and no cell that a spreadsheet takes for a formula", () => {
  expect(written("csv", PIECES)).toBe(
    [
      "star,id,name,extra",
      `false,ami-1,"'=1+1","{""a"":""x\\""y""}"`,
      'true,ami-2,"plain, with a comma",{}',
      `false,"'-3",café,{}`,
      "",
    ].join("\r\n"),
  );
  expect(written("csv", ["[]"])).toBe("star,id,name,extra\r\n");
});
