const BLOT = "[secret]";

/** Blots secrets out of text that people will read, in the forms that URLs and JSON give them too. */
export interface Redactor {
  hide(secret: string): void;
  redact(text: string): string;
}

export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const forms = new Set<string>();
  const redactor: Redactor = {
    hide(secret) {
      if (secret === "") return;
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) forms.add(form);
    },
    redact(text) {
      // The longest first: a secret may hold another.
      const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
      return longestFirst.reduce((blotted, form) => blotted.replaceAll(form, BLOT), text);
    },
  };
  for (const secret of secrets) redactor.hide(secret);
  return redactor;
}
