import { ADMIN_PASSWORD } from "./configuration.ts";

/** What an operator and the users of an OpenStack do, by the APIs themselves. */
export interface OpenstackAdmin {
  /** A request to Keystone, `/v3/…`, as its administrator; the answer's JSON. */
  keystone(method: string, path: string, body?: unknown): Promise<Json>;
  /** A project, and a user of the same domain (id) who is a member of it. */
  addProject(name: string, domain?: string): Promise<Project>;
  /** A service's address in the catalogue; the answer is its id. */
  addEndpoint(endpoint: Endpoint): Promise<string>;
  /** A token for somebody. */
  signIn(auth: unknown): Promise<string>;
  /** Makes an application credential of a user who may read. */
  applicationCredential(token: string, userId: string, name: string): Promise<Json>;
  /** Adds an image; with `content` it becomes active. */
  addImage(token: string, fields: Readonly<Record<string, unknown>>, content?: string): Promise<string>;
  /** A request to Glance, `/v2/…`. */
  glance(token: string, method: string, path: string, body?: unknown): Promise<Json>;
  readonly token: string;
}

export interface Project {
  readonly id: string;
  readonly userId: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
}

export interface Endpoint {
  readonly type: "identity" | "image";
  readonly interface: "public" | "internal" | "admin";
  readonly url: string;
  readonly region: string;
}

/** Answers of other programs, whose shapes the tests know. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

const DEFAULT_DOMAIN = "default";

export async function createOpenstackAdmin(keystoneUrl: string, glanceUrl: () => string): Promise<OpenstackAdmin> {
  const signIn = async (auth: unknown): Promise<string> => {
    const response = await ask(`${keystoneUrl}/v3/auth/tokens`, "POST", { auth });
    return response.headers.get("x-subject-token") ?? "";
  };
  const token = await signIn(passwordAuth({ name: "admin", domain: { id: DEFAULT_DOMAIN } }, ADMIN_PASSWORD, "admin"));
  const keystone: OpenstackAdmin["keystone"] = (method, path, body) =>
    ask(keystoneUrl + path, method, body, { "x-auth-token": token }).then(readJson);
  const glance: OpenstackAdmin["glance"] = (owner, method, path, body) =>
    ask(glanceUrl() + path, method, body, {
      "x-auth-token": owner,
      ...(method === "PATCH" && { "content-type": "application/openstack-images-v2.1-json-patch" }),
    }).then(readJson);
  const { roles } = await keystone("GET", "/v3/roles?name=member");
  const member: string = roles[0].id;

  const services = new Map<string, string>();
  const serviceOf = async (type: string): Promise<string> => {
    const known = services.get(type);
    if (known !== undefined) return known;
    const { service } = await keystone("POST", "/v3/services", { service: { type, name: type } });
    services.set(type, service.id);
    return service.id;
  };

  return {
    token,
    keystone,
    async addEndpoint({ type, interface: kind, url, region }) {
      const { regions } = await keystone("GET", "/v3/regions");
      if (!regions.some(({ id }: { id: string }) => id === region))
        await keystone("POST", "/v3/regions", { region: { id: region } });
      const fields = { service_id: await serviceOf(type), interface: kind, url, region_id: region };
      const { endpoint } = await keystone("POST", "/v3/endpoints", { endpoint: fields });
      return endpoint.id;
    },
    signIn,
    glance,
    async addProject(name, domain = DEFAULT_DOMAIN) {
      const { project } = await keystone("POST", "/v3/projects", { project: { name, domain_id: domain } });
      const password = `${name}'s pass/wörd`;
      const { user } = await keystone("POST", "/v3/users", {
        user: { name: `${name}-user`, domain_id: domain, password },
      });
      await keystone("PUT", `/v3/projects/${project.id}/users/${user.id}/roles/${member}`);
      const auth = passwordAuth({ id: user.id }, password, undefined, project.id);
      return { id: project.id, userId: user.id, user: user.name, password, token: await signIn(auth) };
    },
    applicationCredential(owner, userId, name) {
      const url = `${keystoneUrl}/v3/users/${userId}/application_credentials`;
      const body = { application_credential: { name, roles: [{ name: "reader" }] } };
      return ask(url, "POST", body, { "x-auth-token": owner }).then(readJson);
    },
    async addImage(owner, fields, content) {
      const whole = { disk_format: "raw", container_format: "bare", ...fields };
      const { id } = await glance(owner, "POST", "/v2/images", whole);
      if (content !== undefined) {
        const headers = { "x-auth-token": owner, "content-type": "application/octet-stream" };
        await checked(fetch(`${glanceUrl()}/v2/images/${id}/file`, { method: "PUT", headers, body: content }));
      }
      return id;
    },
  };
}

function passwordAuth(user: object, password: string, project?: string, projectId?: string): unknown {
  const scope = projectId === undefined ? { name: project, domain: { id: DEFAULT_DOMAIN } } : { id: projectId };
  const identity = { methods: ["password"], password: { user: { ...user, password } } };
  return { identity, scope: { project: scope } };
}

function ask(url: string, method: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return checked(fetch(url, { method, headers: { "content-type": "application/json", ...headers }, ...sent }));
}

async function checked(asked: Promise<Response>): Promise<Response> {
  const response = await asked;
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response;
}

async function readJson(response: Response): Promise<Json> {
  const said = await response.text();
  return said === "" ? null : JSON.parse(said);
}
