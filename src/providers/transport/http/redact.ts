const BLOT = "[secret]";

/** Secrets hidden later that are remembered: more than are under way at a time, where everything needs a token of its own. */
const HIDDEN_LATER = 500;

/** Blots secrets out of text that people will read, in the forms that URLs and JSON give them too. */
export interface Redactor {
  /** Hides a secret that came up on the way; the oldest of very many such are forgotten. */
  hide(secret: string): void;
  redact(text: string): string;
  /**
   * Blots our own messages, of which what others said was redacted before. A secret that could be one of our words is left: its
   * blot in a sentence that everybody knows would give it away.
   */
  redactOwn(message: string): string;
}

const ORDINARY = /^([A-Za-z]+(['\s-][A-Za-z]+)*|\d{1,3})$/;

export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const always = [...secrets];
  const later = new Set<string>();
  return {
    hide(secret) {
      later.delete(secret);
      later.add(secret);
      const [oldest] = later;
      if (later.size > HIDDEN_LATER && oldest !== undefined) later.delete(oldest);
    },
    redact: (text) => blot(text, [...always, ...later]),
    redactOwn: (message) =>
      blot(
        message,
        [...always, ...later].filter((secret) => !ORDINARY.test(secret)),
      ),
  };
}

function blot(text: string, secrets: readonly string[]): string {
  // The longest first: a secret may hold another.
  const longestFirst = [...new Set(secrets.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((blotted, form) => blotted.replaceAll(form, BLOT), text);
}

function formsOf(secret: string): string[] {
  return secret === "" ? [] : [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}
