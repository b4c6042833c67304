import type { MachineImage } from "../../src/image.ts";
import { publisherOf } from "../../src/catalogue/publishers.ts";

/** The contract, word for word, with no regard to speed: does the term find the image? */
export function oracleMatches(image: MachineImage, term: string, match: "words" | "literal" = "words"): boolean {
  const fold = (text: string): string => text.toWellFormed().normalize("NFKC").toLowerCase();
  const name = image.name ?? image.id;
  const folded = fold(term);
  if (match === "literal") {
    const whole = folded.trim();
    return [image.id, name].some((field) => fold(field).includes(whole));
  }
  const publisher = publisherOf(image, "ec2").name;
  const fields = [image.id, name, image.description, image.ownerId, image.ownerAlias, publisher, image.platform]
    .concat(image.architecture, image.keywords)
    .flatMap((field) => (field ? [fold(field)] : []));
  return splitTerm(folded).every((word) => fields.some((field) => field.includes(word)));
}

function splitTerm(term: string): string[] {
  const words: string[] = [];
  let rest = term;
  while ((rest = rest.trimStart()) !== "") {
    const close = rest.startsWith('"') ? rest.indexOf('"', 1) : -1;
    if (close > 0) {
      words.push(rest.slice(1, close));
      rest = rest.slice(close + 1);
    } else {
      const end = rest.search(/\s/);
      words.push(end < 0 ? rest : rest.slice(0, end));
      rest = end < 0 ? "" : rest.slice(end);
    }
  }
  return words.filter((word) => word !== "");
}
