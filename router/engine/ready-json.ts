/** Response data that is finished JSON text, on its way through Apollo Server, which prints it as it is. */
import type { FormattedExecutionResult } from "graphql";

/** Finished text in the place of `data`. Whoever knows nothing of it and calls JSON.stringify gets the same text. */
export class ReadyJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** Apollo Server's `stringifyResult`: what JSON.stringify gives, without parsing and printing ready text again. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const data: unknown = result.data;
  if (!(data instanceof ReadyJson)) return `${JSON.stringify(result)}\n`;
  const errors = result.errors === undefined ? "" : `"errors":${JSON.stringify(result.errors)},`;
  const extensions = result.extensions === undefined ? "" : `,"extensions":${JSON.stringify(result.extensions)}`;
  return `{${errors}"data":${data.text}${extensions}}\n`;
}
