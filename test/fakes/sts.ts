import { createHash, createHmac } from "node:crypto";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

/** A small Security Token Service of AWS: checks signatures (V4), and names the account. */
export interface FakeSts extends JsonServer {
  account: string;
  /** Instead of the account, when set. */
  answer: FakeAnswer | undefined;
}

const SECRETS: Readonly<Record<string, string>> = { AKIAIOSFODNN7EXAMPLE: "wJalrXUtnFEMI/K7MDENG" };
const XML = { "content-type": "text/xml" };

export async function startFakeSts(): Promise<FakeSts> {
  const server = await startJsonServer((request) => {
    if (sts.answer) return sts.answer;
    if (!isSigned(request)) {
      const error = "<Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>";
      return { status: 403, headers: XML, html: `<ErrorResponse>${error}</ErrorResponse>` };
    }
    const arn = `<Arn>arn:aws:iam::${sts.account}:user/lab</Arn><UserId>AIDA</UserId>`;
    const result = `<GetCallerIdentityResult>${arn}<Account>${sts.account}</Account></GetCallerIdentityResult>`;
    return { headers: XML, html: `<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>` };
  });
  const sts: FakeSts = { ...server, account: "123456789012", answer: undefined };
  return sts;
}

/** Written from the published description, and not with the code it checks. */
function isSigned({ method, path, headers, body }: SeenRequest): boolean {
  const [, key = "", scope = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const must = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  if (must.toSorted().join(";") !== names) return false;
  const [day = "", region = "", service = ""] = scope.split("/");
  if (service !== "sts" || !String(headers["x-amz-date"]).startsWith(day)) return false;
  const payload = sha256(new URLSearchParams(body as Record<string, string>).toString());
  const lines = names.split(";").map((name) => `${name}:${String(headers[name])}`);
  const canonical = [method, path, "", ...lines, "", names, payload].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const dayKey = hmac(`AWS4${SECRETS[key]}`, day);
  return hmac(hmac(hmac(hmac(dayKey, region), service), "aws4_request"), toSign).toString("hex") === signature;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
