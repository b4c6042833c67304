import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownMembers } from "../transport/reading/extra-members.ts";
import { jsonRecord, jsonValue } from "../transport/reading/json-values.ts";
import { lenientText } from "../transport/reading/lenient.ts";
import { plainText } from "../transport/reading/plain-text.ts";

const item = z.object({
  guest: z.object({ id: z.string().min(1) }).catchall(jsonValue),
  settings: jsonRecord,
});
const said = z.object({
  name: lenientText,
  hostname: lenientText,
  description: lenientText,
  ostype: lenientText,
  arch: lenientText,
  tags: lenientText,
  meta: lenientText,
});

/** How much a guest uses: of a template nothing that lasts. And a password, though the API blots it out. */
const LEFT_OUT = new Set(
  ["id", "cpu", "mem", "memhost", "disk", "diskread", "diskwrite", "netin", "netout", "uptime", "cipassword"].concat(
    ["pressurecpufull", "pressurecpusome", "pressureiofull", "pressureiosome", "pressurememoryfull"],
    ["pressurememorysome"],
  ),
);

/** Reads a guest that is a template. `extra` is what the cluster says of it, and then its settings. */
export const templateImage: z.ZodType<MachineImage> = item.transform(({ guest, settings }) => {
  const { name, hostname, description, ostype, arch, tags, meta } = said.parse(settings);
  const words = [...(tags ?? "").split(/[;, ]/), ostype, guest["type"], guest["vmid"], guest["node"], guest["pool"]];
  return {
    id: guest.id,
    name: name || hostname || plainText(guest["name"]),
    description: description?.trim() || null,
    ownerId: null,
    ownerAlias: null,
    platform: platformOf(ostype),
    architecture: arch || null,
    visibility: "private",
    owned: true,
    createdAt: timeIn(meta),
    deprecatedAt: null,
    keywords: [...new Set(words.map(plainText).filter((word) => word !== null))],
    extra: { ...knownMembers(guest, LEFT_OUT), ...knownMembers(settings, LEFT_OUT) },
  };
});

/** Of a machine the kind of system that it is set up for (`l26`, `win11`); of a container its distribution. */
function platformOf(ostype: string | null): string | null {
  if (!ostype || ostype === "other" || ostype === "unmanaged") return null;
  if (/^l2\d$/.test(ostype)) return "linux";
  return /^w(in|xp|2k|vista)/.test(ostype) ? "windows" : ostype;
}

/** `creation-qemu=8.1.5,ctime=1712345678` */
function timeIn(meta: string | null): string | null {
  const seconds = /(?:^|,)ctime=(\d{1,11})(?:,|$)/.exec(meta ?? "")?.[1];
  return seconds === undefined ? null : new Date(Number(seconds) * 1000).toISOString();
}
