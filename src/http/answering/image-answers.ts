import { z } from "zod";
import { TOLD_COLUMNS } from "../../catalogue/facts/told-columns.ts";
import { state, trust } from "../reading/value-parameters.ts";

const time = z.iso.datetime();
const extra = z.record(z.string(), z.unknown()).meta({
  description: "what the cloud says about the image, under the names of Apache Libcloud",
});
const base = {
  id: z.string(),
  name: z.string().meta({ description: "the id, if the image has no name" }),
  extra,
};
const derived = {
  publisher: z.string().nullable().meta({ description: "the publisher, if known" }),
  trust,
  family: z.string().nullable().meta({
    description: "the name, with `*` for what differs between builds; null for your own images without a name",
  }),
  latest: z.boolean().meta({ description: "whether this is the newest build of its family that can be launched" }),
};

function toldSchema({ name, kind, isNullable, description }: (typeof TOLD_COLUMNS)[number]): z.ZodType {
  const value = kind === "flag" ? z.boolean() : kind === "time" ? time : name === "state" ? state : z.string();
  return (isNullable ? value.nullable() : value).meta({ description });
}

const told = Object.fromEntries(TOLD_COLUMNS.map((column) => [column.name, toldSchema(column)]));

/** An entry of an answer about one backend; the members after `extra` come with `fields=extended`. */
export const imageEntry = z
  .object({
    star: z.boolean(),
    ...base,
    ...z.object({ ...derived, deprecated_at: time.nullable(), retired_at: time.nullable(), ...told }).partial().shape,
  })
  .meta({ id: "ImageEntry", description: "An image. The fields after `extra` come with `fields=extended`." });

/** An entry of an answer about several backends. */
export const imageOfBackend = z.object({ backend_id: z.string(), ...imageEntry.shape }).meta({
  id: "ImageOfBackend",
  description: "An image and the backend that shows it. The fields after `extra` come with `fields=extended`.",
});

/** Everything that an answer says about one image. */
export const imageRecord = z
  .object({
    star: z.boolean(),
    ...base,
    first_seen: time,
    last_seen: time,
    retired_at: time.nullable().meta({ description: "when it was found to be no longer listed" }),
    ...derived,
    deprecated_at: time.nullable(),
    ...told,
  })
  .meta({ id: "ImageRecord", description: "Everything that the catalogue knows about an image." });

const JAMMY = {
  id: "ami-0ac9392bb24cdca10",
  name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20260811",
  extra: { state: "available", owner_id: "099720109477", architecture: "arm64", root_device_type: "ebs" },
};

export const ENTRY_EXAMPLE = { star: false, ...JAMMY };

export const RECORD_EXAMPLE = {
  star: false,
  ...JAMMY,
  first_seen: "2026-08-11T03:17:42.000Z",
  last_seen: "2026-11-01T03:17:39.000Z",
  retired_at: null,
  family: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-*",
  latest: true,
  publisher: "Canonical",
  trust: "official",
  deprecated_at: null,
  os: "ubuntu",
  os_version: "22.04",
  os_codename: "jammy",
  architecture: "arm64",
  state: "available",
  hidden: false,
  owner_id: "099720109477",
  created_at: "2026-08-11T01:02:03.000Z",
};
