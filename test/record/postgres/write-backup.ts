import { exportCatalogue } from "../../../src/catalogue/transfer/export-catalogue.ts";
import { createSecretBox } from "../../../src/catalogue/file/secret-box.ts";
import { createLocalRecord } from "../../../src/record/record.ts";
import { commitImages, image, NOW, openTemporaryCatalogue, seedBackend } from "../../catalogue/seed.ts";
import { KEY } from "./postgres-lab.ts";

const box = createSecretBox(KEY);
const OWN = { key: "ec2 eu-west-1 own", scope: "own" as const };
const PUBLIC = { key: "ec2 eu-west-1 public", scope: "public" as const };

/** Writes a single server's backup: two backends, 4 present images and a retired one, a star, a webhook. Its token stays behind. */
export async function writeBackup(file: string): Promise<void> {
  using catalogue = openTemporaryCatalogue();
  const one = await seedBackend(catalogue, "one", [OWN, PUBLIC]);
  await seedBackend(catalogue, "two", [OWN, PUBLIC]);
  const hvm = { extra: { hypervisor: "xen", odd: "\0 \uD800" } };
  commitImages(catalogue, one, [image("ami-own", { visibility: "private", owned: true })]);
  for (const last of ["ami-3", "ami-4"])
    commitImages(catalogue, one, [image("ami-1", hvm), image("ami-2", { name: "gentoo" }), image(last)], { at: 1 });
  const record = createLocalRecord(catalogue);
  await record.toggleStar("one", "ami-2", NOW);
  await record.insertAccessToken({
    id: "t",
    hash: "h",
    scope: "read",
    backends: null,
    createdAt: NOW,
    expiresAt: null,
  });
  const search = { search: '{"term":"","match":"words"}', kinds: '["added"]', createdAt: NOW };
  await record.insertWebhook({ id: "w", backendId: "one", url: "https://example.com/", ...search }, "secret", box);
  exportCatalogue(catalogue, file, { withSecrets: true, now: () => NOW });
}
