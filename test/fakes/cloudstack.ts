import { createHmac } from "node:crypto";
import { type FakeAnswer, type JsonServer, type SeenRequest, startJsonServer } from "./json-server.ts";

export type FakeTemplate = Record<string, unknown>;

/** A small CloudStack: checks the signature, and lists templates by filter, a page at a time. */
export interface FakeCloudStack extends JsonServer {
  /** What each filter shows. */
  templates: { [filter: string]: FakeTemplate[] };
  zones: { id: string; name: string }[];
  /** Looked at after the signature: an answer of its own for requests of the test's choice. */
  intercept: ((request: SeenRequest) => FakeAnswer | undefined) | undefined;
}

/** The developer's guide's examples. */
export const API_KEY = "plgWJfZK4gyS3mOMTVmjUVg-X-jlWlnfaUJ9GAbBbf9EdM-kAYMmAiLqzzq1ElZLYq_u38zCm0bewzGUdP66mg";
export const SECRET_KEY = "VDaACYb0LV9eNjTetIOElcVQkvJck_J_QljX_FcHRj87ZKiy0z0ty0ZsYBkoXkY9b7eq1EhwJaw7FF3akA3KBQ";

/** Whatever size is asked for. */
const PAGE_SIZE = 2;

export const FRANKFURT = { id: "1128bd56-b4d9-4ac6-a7b9-c715b187ce11", name: "Frankfurt" };
export const GENEVA = { id: "260dda12-8be6-4d0c-b78a-4b1ebff27b28", name: "Geneva" };

/** A public template, as listTemplates has it. */
export function template(n: number, fields: FakeTemplate = {}): FakeTemplate {
  return {
    id: `a17b40d6-83e4-4f2a-9ef0-${String(n).padStart(12, "0")}`,
    name: `CentOS 5.6(64-bit) no GUI ${n}`,
    displaytext: "CentOS 5.6(64-bit) no GUI (XenServer)",
    ispublic: true,
    created: "2016-02-08T13:06:32+0100",
    isready: true,
    passwordenabled: false,
    format: "VHD",
    isfeatured: true,
    crossZones: true,
    ostypeid: "09a3b9e2-ce5e-11e5-8aeb-0800273e6f5d",
    ostypename: "CentOS 5.6 (64-bit)",
    account: "system",
    zoneid: FRANKFURT.id,
    zonename: FRANKFURT.name,
    status: "Download Complete",
    size: 21474836480,
    templatetype: "BUILTIN",
    hypervisor: "XenServer",
    domain: "ROOT",
    domainid: "0a0ab5e8-ce5e-11e5-8aeb-0800273e6f5d",
    isextractable: true,
    checksum: "905cec879afd9c9d22ecc8036131a180",
    bits: 64,
    sshkeyenabled: false,
    isdynamicallyscalable: false,
    tags: [],
    ...fields,
  };
}

export async function startFakeCloudStack(): Promise<FakeCloudStack> {
  const server = await startJsonServer((request) => {
    if (request.path !== "/client/api") return { status: 404, html: "<html>Not Found</html>" };
    const command = request.query.get("command") ?? "";
    if (request.query.get("response") !== "json") return { html: "<listtemplatesresponse></listtemplatesresponse>" };
    if (!isSigned(request)) {
      return refusal(command, 401, "unable to verify user credentials and/or request signature");
    }
    return cloud.intercept?.(request) ?? answer(cloud, command, request.query);
  });
  const cloud: FakeCloudStack = { ...server, templates: {}, zones: [FRANKFURT, GENEVA], intercept: undefined };
  return cloud;
}

/** A refusal as CloudStack words it. */
export function refusal(command: string, status: number, errortext: string): FakeAnswer {
  return { status, json: { [envelope(command)]: { uuidList: [], errorcode: status, cserrorcode: 9999, errortext } } };
}

function envelope(command: string): string {
  return `${command.toLowerCase()}response`;
}

/** As the management server does: the parameters it decoded, encoded anew. */
function isSigned({ query }: SeenRequest): boolean {
  if (query.get("apikey") !== API_KEY) return false;
  const encode = (text: string): string => new URLSearchParams({ "": text }).toString().slice(1).replaceAll("+", "%20");
  const signed = [...query].filter(([name]) => name !== "signature");
  const pairs = signed.map(([name, value]) => `${name.toLowerCase()}=${encode(value).toLowerCase()}`);
  const text = pairs.toSorted((a, b) => (a < b ? -1 : 1)).join("&");
  return query.get("signature") === createHmac("sha1", SECRET_KEY).update(text).digest("base64");
}

function answer({ templates, zones }: FakeCloudStack, command: string, query: URLSearchParams): FakeAnswer {
  if (command === "listZones") return { json: { listzonesresponse: { count: zones.length, zone: zones } } };
  if (command !== "listTemplates") return refusal(command, 432, "The given command does not exist");
  const zone = query.get("zoneid");
  const project = query.get("projectid") ?? undefined;
  const all = templates[query.get("templatefilter") ?? ""] ?? [];
  const found = all.filter((one) => (zone === null || one["zoneid"] === zone) && one["projectid"] === project);
  if (!query.get("pagesize")) return refusal(command, 431, "pageSize must be specified if page is");
  const from = (Number(query.get("page")) - 1) * PAGE_SIZE;
  const page = found.slice(from, from + PAGE_SIZE);
  return { json: { listtemplatesresponse: page.length > 0 ? { count: found.length, template: page } : {} } };
}
