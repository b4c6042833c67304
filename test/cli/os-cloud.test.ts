import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SERVER } from "../fakes/tls-pairs.ts";
import { createWorkplace, type Workplace } from "./run-imagedex.ts";

const CLOUDS = `
clouds:
  lab:
    auth:
      auth_url: https://keystone.example.org:5000/v3
      username: kim
      project_name: demo
      user_domain_name: staff
      project_domain_id: 5c2f
    region_name: RegionOne
    interface: internal
    cacert: server.crt
  robot:
    auth_type: v3applicationcredential
    auth:
      auth_url: https://keystone.example.org:5000
      application_credential_id: 423f19a4
      application_credential_secret: hidden
  insecure:
    auth: { auth_url: "https://keystone.example.org", username: kim, password: x, project_id: 1 }
    verify: false
`;

function prepare(workplace: Workplace): Record<string, string> {
  const folder = join(workplace.folder, ".config/openstack");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "clouds.yaml"), CLOUDS);
  writeFileSync(join(folder, "secure.yaml"), "clouds: { lab: { auth: { password: hidden } } }\n");
  writeFileSync(join(workplace.folder, "server.crt"), SERVER.certificate);
  return { HOME: workplace.folder };
}

async function listed(workplace: Workplace): Promise<unknown> {
  return JSON.parse((await workplace.run(["backends", "list", "--json"])).stdout);
}

test("a cloud of clouds.yaml, with its password in secure.yaml, becomes a backend", async () => {
  using workplace = createWorkplace();
  const env = prepare(workplace);

  const added = await workplace.run(["backends", "add", "--provider", "openstack", "--os-cloud", "lab"], env);

  expect(added).toMatchObject({ code: 0 });
  expect(await listed(workplace)).toMatchObject([
    {
      apiurl: "https://keystone.example.org:5000/v3",
      tenant_name: "id:5c2f/demo",
      region: "RegionOne",
      interface: "internal",
      ca_cert: SERVER.certificate,
    },
  ]);
});

test("so does an application credential, and options win over the file", async () => {
  using workplace = createWorkplace();
  const env = prepare(workplace);
  const cloud = ["--os-cloud", "robot", "--region", "RegionTwo"];

  expect(await workplace.run(["backends", "add", "--provider", "openstack", ...cloud], env)).toMatchObject({ code: 0 });

  expect(await listed(workplace)).toMatchObject([{ tenant_name: null, region: "RegionTwo" }]);
});

test("envvars takes what OpenStack's own clients read of the environment", async () => {
  using workplace = createWorkplace();
  const env = {
    OS_AUTH_URL: "https://keystone.example.org/v3",
    OS_USERNAME: "kim",
    OS_PASSWORD: "hidden",
    OS_PROJECT_ID: "6e1ae8ec053b4f2bbd232def0a08db24",
    OS_INTERFACE: "publicURL",
  };

  const added = await workplace.run(["backends", "add", "--provider", "openstack", "--os-cloud", "envvars"], env);

  expect(added).toMatchObject({ code: 0 });
  expect(await listed(workplace)).toMatchObject([
    { tenant_name: "id:6e1ae8ec053b4f2bbd232def0a08db24", interface: "public" },
  ]);
});

test.each([
  ["nosuch", /no cloud nosuch; it has lab, robot, insecure/],
  ["insecure", /verify: false is not supported; .*cacert/],
  ["envvars", /OS_AUTH_URL is not set/],
])("--os-cloud %s is refused in one sentence", async (name, message) => {
  using workplace = createWorkplace();
  const env = prepare(workplace);

  const { code, stderr } = await workplace.run(["backends", "add", "--provider", "openstack", "--os-cloud", name], env);

  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
