import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { authFailure, missingAuthentication } from "./ec2-errors.ts";

/** What a request is signed over. */
export interface RequestToVerify {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the credential scope of a request names. */
export interface Credential {
  readonly keyId: string;
  readonly region: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/(\d{8})\/([a-z\d-]+)\/ec2\/aws4_request, ?SignedHeaders=([a-z\d;-]+), ?Signature=([\da-f]{64})$/;

/**
 * Checks the Signature Version 4 of a request's Authorization header against the key's secret. Its age is not
 * looked at, and signatures in the query are not read. Throws Ec2Refusal.
 */
export function verifySignature(request: RequestToVerify, secretOf: (keyId: string) => string | undefined): Credential {
  const { authorization } = request.headers;
  if (authorization === undefined) throw missingAuthentication();
  const [, keyId = "", day = "", region = "", signedHeaders = "", signature = ""] =
    AUTHORIZATION.exec(authorization) ?? [];
  const secret = secretOf(keyId);
  const date = request.headers["x-amz-date"];
  if (secret === undefined || typeof date !== "string" || !date.startsWith(day)) throw authFailure();
  const scope = `${day}/${region}/ec2/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonicalRequest(request, signedHeaders))].join("\n");
  const key = [day, region, "ec2", "aws4_request"].reduce<Buffer>(
    (signing, part) => hmac(signing, part),
    Buffer.from(`AWS4${secret}`),
  );
  if (!timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex"))) throw authFailure();
  return { keyId, region };
}

function canonicalRequest({ method, target, headers, body }: RequestToVerify, signedHeaders: string): string {
  const [path = "/", query = ""] = target.split("?", 2);
  const lines = signedHeaders.split(";").map((name) => `${name}:${String(headers[name] ?? "").trim()}\n`);
  const sorted = query.split("&").toSorted().join("&");
  return [method, path, sorted, lines.join(""), signedHeaders, sha256(body)].join("\n");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
