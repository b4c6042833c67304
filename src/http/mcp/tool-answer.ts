import { z } from "zod";
import { visibleJson } from "../../visible-text.ts";
import type { AgentAnswer } from "./agent-api.ts";

/** The answer of a tool. */
export interface ToolAnswer {
  readonly content: { type: "text"; text: string }[];
  readonly isError?: boolean;
  readonly [member: string]: unknown;
}

const problem = z.object({ detail: z.string() });

/** The answer as text, with the state of the catalogue unless it is complete; a problem becomes an error. */
export function toolAnswer(answer: AgentAnswer, shorten: (json: unknown) => unknown): ToolAnswer {
  if (answer.status >= 400) {
    const { detail } = problem.safeParse(answer.json).data ?? { detail: `answered ${answer.status}` };
    const after = answer.header("retry-after");
    return failed(after === undefined ? detail : `${detail}; ask again in ${after} s`);
  }
  const state = answer.header("x-catalogue-state");
  const missing = answer.header("x-catalogue-missing");
  const note = {
    ...(state !== undefined && state !== "complete" && { catalogue_state: state }),
    ...(missing !== undefined && { catalogue_missing: missing }),
  };
  return succeeded({ ...asObject(shorten(answer.json)), ...note });
}

/** Makes invisible characters in texts from clouds visible, so that they control nothing. */
export function succeeded(value: object): ToolAnswer {
  return { content: [{ type: "text", text: visibleJson(JSON.stringify(value)) }] };
}

export function failed(detail: string): ToolAnswer {
  return { content: [{ type: "text", text: visibleJson(detail) }], isError: true };
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : { answer: value };
}
