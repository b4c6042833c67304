import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ZodError } from "zod";
import { createDockerProvider, dockerProvider } from "../../src/providers/docker/provider.ts";
import type { BackendOptions } from "../../src/providers/provider.ts";
import { type FakeDocker, idOf, refusal, startFakeDocker, summary } from "../fakes/docker.ts";
import type { FakeAnswer, JsonServerOptions } from "../fakes/json-server.ts";
import { CLIENT, OTHER, SERVER } from "../fakes/tls-pairs.ts";
import { describeProviderContract, listAll, type Subject } from "./contract.ts";
import { failureOf } from "./failure-of.ts";
import { describeHttpFailures } from "./http-failures.ts";
import { expectOddFieldsRead } from "./odd-fields.ts";

const LIMITS = { allowLinkLocal: false };

describe("docker provider", () => {
  describeProviderContract(() => startDocker());

  test("reads an image, first what Libcloud makes of it, and nothing of its environment", async () => {
    await using docker = await startDocker();
    docker.offer(1);

    const { images, rejected } = await listAll(docker);

    expect(rejected).toEqual([]);
    const digest = `lab/small-0@sha256:${"0".padStart(64, "d")}`;
    expect(images).toEqual([
      {
        id: "lab/small-0:latest",
        name: "lab/small-0:latest",
        description: "A small one",
        ownerId: null,
        ownerAlias: null,
        platform: "linux",
        architecture: "arm64",
        visibility: "private",
        owned: true,
        createdAt: "2026-11-23T23:42:47.353Z",
        deprecatedAt: null,
        keywords: [idOf(0), "lab/small-0:latest", digest, "A small one", "kim", "v8"],
        extra: {
          created: 1795477367,
          size: 3,
          virtual_size: 3,
          id: idOf(0),
          parent_id: "",
          repo_tags: ["lab/small-0:latest"],
          repo_digests: [digest],
          labels: { "org.opencontainers.image.description": "A small one", maintainer: "kim" },
          architecture: "arm64",
          os: "linux",
          variant: "v8",
          author: "",
          comment: "Imported from -",
          docker_version: "20.10.24+dfsg1",
        },
      },
    ]);
    expect(JSON.stringify(images)).not.toContain("do-not-show");
  });

  test.each([
    { what: "under each tag", fields: { RepoTags: ["lab/a:1", "lab/a:latest"] }, ids: ["lab/a:1", "lab/a:latest"] },
    {
      what: "without a tag under its digests",
      fields: { RepoTags: null, RepoDigests: ["lab/a@sha256:d1", "lab/b@sha256:d1"] },
      ids: ["lab/a@sha256:d1", "lab/b@sha256:d1"],
    },
    {
      what: "without either under its id",
      fields: { RepoTags: ["<none>:<none>"], RepoDigests: ["<none>@<none>"] },
      ids: [idOf(1)],
    },
  ])("lists an image $what", async ({ fields, ids }) => {
    await using docker = await startDocker();
    docker.cloud.images = [summary(1, fields)];

    const { images } = await listAll(docker);

    expect(images.map(({ id }) => id)).toEqual(ids);
    expect(images.map(({ name }) => name)).toEqual(ids[0] === idOf(1) ? [null] : ids);
    expect(JSON.stringify(images)).not.toContain("<none>");
  });

  test("takes the comment for a description where no label says more, and no time for none", async () => {
    await using docker = await startDocker();
    docker.cloud.images = [summary(1, { Labels: null })];
    docker.cloud.inspected[idOf(1)] = { Created: "0001-01-01T00:00:00Z", Os: "windows", OsVersion: "10.0.20348.2" };

    expect((await listAll(docker)).images).toMatchObject([
      { description: "Imported from -", createdAt: null, platform: "windows", extra: { os_version: "10.0.20348.2" } },
    ]);
  });

  test("goes on without an image that went in between", async () => {
    await using docker = await startDocker();
    docker.offer(2);
    docker.cloud.intercept = ({ path }) =>
      path.includes(encodeURIComponent(idOf(0))) ? refusal(404, "No such image") : undefined;

    expect((await listAll(docker)).images).toMatchObject([{ id: "lab/small-1:latest" }]);
  });

  test.each([
    { what: "cannot describe", answer: refusal(500, "layer does not exist") },
    { what: "describes by a text", answer: { json: "sorry" } },
  ])("rejects by its names an image that the engine $what, and reads the others", async ({ answer }) => {
    await using docker = await startDocker();
    docker.cloud.images = [summary(0, { RepoTags: ["lab/a:1", "lab/a:2"] }), summary(1)];
    docker.cloud.intercept = ({ path }) => (path.includes(encodeURIComponent(idOf(0))) ? answer : undefined);

    const { images, rejected } = await listAll(docker);

    expect(images).toMatchObject([{ id: "lab/small-1:latest" }]);
    expect(rejected.map(({ id }) => id)).toEqual(["lab/a:1", "lab/a:2"]);
  });

  test("reads an image whatever its fields are, as long as it has an id and tags", async () => {
    await using docker = await startDocker();

    await expectOddFieldsRead({
      item: (n) => ({ ...summary(n), RepoTags: undefined, Names: [`lab/x-${n}:1`] }),
      idField: "Id",
      idOf: ({ Names }) => String((Names as string[])[0]),
      async list(images) {
        docker.cloud.images = images.map((image, n) => ({ ...image, RepoTags: [`lab/x-${n}:1`] }));
        const page = await listAll(docker);
        return { ...page, rejected: page.rejected.filter(({ reason }) => !reason.startsWith("Id: ")) };
      },
    });
  });

  test("reads an image whatever it says of itself", async () => {
    await using docker = await startDocker();
    const said = { Created: "2026-01-01T00:00:00Z", Architecture: "arm64", Variant: "v8", Os: "linux", OsVersion: "1" };

    await expectOddFieldsRead({
      item: (n) => ({ id: `lab/small-${n}:latest`, ...said, Author: "a", Comment: "b", DockerVersion: "1" }),
      idField: "id",
      idOf: ({ id }) => String(id),
      list(images) {
        docker.cloud.images = images.map((_, n) => summary(n));
        docker.cloud.inspected = Object.fromEntries(images.map((image, n) => [idOf(n), image]));
        return listAll(docker);
      },
    });
  });

  test.each([
    { fields: { Id: 7 }, ids: ["lab/small-1:latest"] },
    { fields: { Id: null, RepoTags: ["lab/a:1", "lab/a:2"] }, ids: ["lab/a:1", "lab/a:2"] },
    { fields: { RepoTags: "lab/a:1" }, ids: [`lab/small-1@sha256:${"1".padStart(64, "d")}`] },
    { fields: { RepoTags: [7] }, ids: [undefined] },
  ])("rejects an image that is listed with $fields, and reads the others", async ({ fields, ids }) => {
    await using docker = await startDocker();
    docker.cloud.images = [summary(1, fields), summary(2)];

    const { images, rejected } = await listAll(docker);

    expect(images).toMatchObject([{ id: "lab/small-2:latest" }]);
    expect(rejected.map(({ id }) => id)).toEqual(ids);
  });

  test("leaves it to the endpoint and the certificate whose images it lists", async () => {
    await using docker = await startDocker();

    expect(docker.provider.identify).toBeUndefined();
  });
});

describe("docker provider, by other ways", () => {
  test("goes through a Unix socket", async () => {
    const folder = await mkdtemp(join(tmpdir(), "imagedex-docker-"));
    try {
      await using docker = await startDocker({}, { socketPath: join(folder, "docker.sock") });
      docker.offer(1);

      expect((await listAll(docker)).images).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("shows its certificate where there is TLS", async () => {
    const apikey = CLIENT.certificate + SERVER.certificate;
    await using docker = await startDocker({ apikey, apisecret: CLIENT.key }, { tls: SERVER });
    docker.offer(1);

    expect((await listAll(docker)).images).toHaveLength(1);

    expect(docker.cloud.requests[0]?.clientCertificate).toMatch(/^[0-9A-F:]{95}$/);
  });

  test("knows the engine by ca_cert alone", async () => {
    await using docker = await startDocker({ caCert: SERVER.certificate }, { tls: SERVER });
    docker.offer(1);

    expect((await listAll(docker)).images).toHaveLength(1);
  });

  test("says what to do where nobody vouches for the engine's certificate", async () => {
    await using docker = await startDocker({}, { tls: SERVER });

    expect((await failureOf(listAll(docker))).message).toMatch(/certificate is not trusted: .*ca_cert/);
  });

  test("asks as Podman answers, too: an unknown parameter makes it answer nothing", async () => {
    await using docker = await startDocker();
    docker.offer(1);
    docker.cloud.intercept = ({ query }) => (query.has("digests") ? { html: "" } : undefined);

    expect((await listAll(docker)).images).toHaveLength(1);
  });

  test("gives an image's entries their own names, so that a new tag changes no other entry", async () => {
    await using docker = await startDocker();
    const RepoDigests = ["lab/a@sha256:d1", "lab/b@sha256:d1"];
    docker.cloud.images = [summary(1, { RepoTags: ["lab/a:1", "lab/b:1"], RepoDigests })];
    const before = (await listAll(docker)).images;

    docker.cloud.images = [summary(1, { RepoTags: ["lab/a:1", "lab/b:1", "lab/a:2"], RepoDigests })];
    const after = (await listAll(docker)).images;

    expect(after.slice(0, 2)).toEqual(before);
    expect(after.map(({ extra }) => extra["repo_tags"])).toEqual([["lab/a:1"], ["lab/b:1"], ["lab/a:2"]]);
    expect(before[0]?.extra["repo_digests"]).toEqual(["lab/a@sha256:d1"]);
    expect(before[0]?.keywords).not.toContain("lab/b:1");
  });

  test("keeps labels by whatever name", async () => {
    await using docker = await startDocker();
    const Labels: unknown = JSON.parse('{"__proto__":"mine","constructor":"b"}');
    docker.cloud.images = [summary(1, { Labels })];

    const { images } = await listAll(docker);

    expect(JSON.stringify(images[0]?.extra["labels"])).toBe('{"__proto__":"mine","constructor":"b"}');
    expect(images[0]?.keywords).toEqual(expect.arrayContaining(["mine", "b"]));
  });

  test.each([
    { apiurl: undefined, key: "docker unix:///var/run/docker.sock own" },
    { apiurl: "unix:///run/podman/podman.sock", key: "docker unix:///run/podman/podman.sock own" },
    { apiurl: "tcp://build.example.org:2375/", key: "docker http://build.example.org:2375 own" },
    { apiurl: "tcp://build.example.org", key: "docker http://build.example.org:2375 own" },
    { apiurl: "tcp://build.example.org", tls: true, key: "docker https://build.example.org:2376 own" },
    { apiurl: "tcp://[::1]", key: "docker http://[::1]:2375 own" },
    { apiurl: "tcp://build.example.org:2376", tls: true, key: "docker https://build.example.org:2376 own" },
    { apiurl: "https://example.org/docker/", key: "docker https://example.org/docker own" },
  ])("takes $apiurl as Docker's clients do", ({ apiurl, tls, key }) => {
    const certificate = tls && { apikey: CLIENT.certificate, apisecret: CLIENT.key };

    const { sources } = dockerProvider.create({ apiurl, ...certificate }, LIMITS);

    expect(sources).toEqual([{ key, scope: "own" }]);
  });
});

describe("docker provider, refusing to go on", () => {
  describeHttpFailures(async () => {
    const docker = await startDocker();
    return {
      provider: docker.provider,
      answer: ({ status, headers = {}, body }) => (docker.cloud.intercept = () => ({ status, headers, html: body })),
      [Symbol.asyncDispose]: () => docker[Symbol.asyncDispose](),
    };
  });

  test("says which socket is not there", async () => {
    const provider = createDockerProvider({ apiurl: "unix:///nowhere/docker.sock" }, LIMITS);

    const error = await failureOf(listAll({ provider }));

    expect(error).toMatchObject({ scope: "unix:///nowhere/docker.sock", reason: "unreachable" });
    expect(error.message).toContain("ENOENT");
  });

  const MINE = { apikey: CLIENT.certificate, apisecret: CLIENT.key };

  test.each([
    { what: "a relative socket", field: "apiurl", options: { apiurl: "unix://docker.sock" } },
    { what: "another protocol", field: "apiurl", options: { apiurl: "ssh://build.example.org" } },
    { what: "a password", field: "apiurl", options: { apiurl: "https://kim:secret@build.example.org" } },
    { what: "a certificate without a key", field: "apisecret", options: { apikey: CLIENT.certificate } },
    { what: "a key without a certificate", field: "apikey", options: { apisecret: CLIENT.key } },
    { what: "another certificate's key", field: "apisecret", options: { ...MINE, apisecret: OTHER.key } },
    { what: "a certificate that is none", field: "apikey", options: { ...MINE, apikey: "cert.pem" } },
  ])("names $field for $what", ({ field, options }) => {
    const create = (): unknown => dockerProvider.create({ ...options }, LIMITS);

    expect(create).toThrow(ZodError);
    expect(create).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }));
  });
});

async function startDocker(
  options: Partial<BackendOptions> = {},
  server: JsonServerOptions = {},
): Promise<Subject & { cloud: FakeDocker }> {
  const cloud = await startFakeDocker(server);
  const provider = createDockerProvider({ apiurl: cloud.url, ...options }, LIMITS, {
    timing: { sleep: async () => {} },
    atOnce: 2,
  });
  const onThirdImage = (answer: FakeAnswer): void => {
    cloud.intercept = ({ path }) => (path.includes(encodeURIComponent(idOf(2))) ? answer : undefined);
  };
  return {
    cloud,
    provider,
    offer: (count) => (cloud.images = Array.from({ length: count }, (_, n) => summary(n))),
    breakAfterFirstPage: () => onThirdImage(refusal(403, "authorization denied by plugin")),
    cutSecondPage: () => onThirdImage({ json: { Id: idOf(2) }, cut: true }),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
