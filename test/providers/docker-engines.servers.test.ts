import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createDockerProvider } from "../../src/providers/docker/provider.ts";
import { needProgram } from "../foreign/need-program.ts";
import { type SocketService, startSocketService } from "../foreign/socket-service.ts";
import { listAll } from "./contract.ts";

const DOCKER = needProgram("dockerd");
const PODMAN = needProgram("podman");

/** Two blocks of zeros: an archive without files. */
const EMPTY_TAR = new Uint8Array(1024);

interface Engine {
  readonly start: (folder: string, socket: string) => Promise<SocketService>;
}

const docker: Engine = {
  start: (folder, socket) =>
    startSocketService({
      program: DOCKER.path,
      args: [
        "--data-root",
        join(folder, "root"),
        "--exec-root",
        join(folder, "exec"),
        "--pidfile",
        join(folder, "pid"),
        "--host",
        `unix://${socket}`,
        "--storage-driver=vfs",
        "--bridge=none",
        "--iptables=false",
        "--ip6tables=false",
      ],
      socket,
    }),
};
const podman: Engine = {
  start: (folder, socket) =>
    startSocketService({
      program: PODMAN.path,
      args: [
        "--root",
        join(folder, "root"),
        "--runroot",
        join(folder, "run"),
        "--storage-driver=vfs",
        "system",
        "service",
        "--time=0",
        `unix://${socket}`,
      ],
      socket,
    }),
};

describe.each([
  { name: "Docker Engine", engine: docker, isMissing: DOCKER.isMissing },
  { name: "Podman", engine: podman, isMissing: PODMAN.isMissing },
])("docker provider, with a real $name", ({ engine, isMissing }) => {
  test.skipIf(isMissing)("lists every tag of every image, each as an entry of its own", async () => {
    const folder = mkdtempSync(join(tmpdir(), "imagedex-engine-"));
    const socket = join(folder, "engine.sock");
    try {
      await using service = await engine.start(folder, socket);
      const provider = createDockerProvider({ apiurl: `unix://${socket}` }, { allowLinkLocal: false });
      expect((await listAll({ provider })).images).toEqual([]);

      const created = "/images/create?fromSrc=-&repo=lab/first&tag=latest";
      await service.ask("POST", created, { body: EMPTY_TAR, headers: { "content-type": "application/x-tar" } });
      // Engines put a registry of their choice before it.
      const first = (await listAll({ provider })).images[0]?.id ?? "";
      const prefix = first.replace(/lab\/first:latest$/, "");
      const name = encodeURIComponent(first);
      for (const tag of ["2", "3"]) await service.ask("POST", `/images/${name}/tag?repo=lab/first&tag=${tag}`);

      const { images, rejected } = await listAll({ provider });
      const expected = ["2", "3", "latest"].map((tag) => `${prefix}lab/first:${tag}`);
      expect(rejected).toEqual([]);
      expect(images.map(({ id }) => id).toSorted()).toEqual(expected);
      expect(images.every(({ createdAt }) => createdAt !== null)).toBe(true);
      for (const { id, extra } of images) expect(extra["repo_tags"]).toEqual([id]);

      await service.ask("POST", `/images/${name}/tag?repo=lab/first&tag=4`);
      const again = (await listAll({ provider })).images;
      for (const image of images) expect(again.find(({ id }) => id === image.id)).toEqual(image);
      expect(again).toHaveLength(4);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
