import { z } from "zod";
import { lenientRecord, lenientText } from "../transport/reading/lenient.ts";

const claims = z.object({
  iam_id: lenientText,
  account: lenientRecord.pipe(z.object({ bss: lenientText })),
});

/**
 * The account that a token of IBM's IAM was issued for, and who it was issued to: policies say what each sees. The token comes
 * from IAM itself, so that its signature need not be checked. Undefined where it does not say.
 */
export function accountInToken(token: string): string | undefined {
  const read = claims.safeParse(parseClaims(token));
  const { iam_id: who, account } = read.success ? read.data : { account: { bss: null } };
  return account.bss && who ? `${account.bss} ${who}` : undefined;
}

function parseClaims(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  } catch {
    return undefined;
  }
}
