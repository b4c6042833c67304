import { z } from "zod";
import type { MachineImage } from "../../image.ts";
import { knownFacts } from "../transport/facts.ts";
import { plainText } from "../transport/plain-text.ts";

const item = z.object({
  guest: z.object({ id: z.string().min(1), vmid: z.number(), type: z.string(), node: z.string() }).catchall(z.json()),
  settings: z
    .object({
      name: z.string().optional(),
      hostname: z.string().optional(),
      description: z.string().optional(),
      ostype: z.string().optional(),
      arch: z.string().optional(),
      tags: z.string().optional(),
      meta: z.string().optional(),
    })
    .catchall(z.json()),
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
  const { ostype, meta } = settings;
  const words = [...(settings.tags ?? "").split(/[;, ]/), ostype, guest.type, guest.vmid, guest.node, guest["pool"]];
  return {
    id: guest.id,
    name: settings.name || settings.hostname || plainText(guest["name"]),
    description: settings.description?.trim() || null,
    ownerId: null,
    ownerAlias: null,
    platform: platformOf(ostype),
    architecture: settings.arch || null,
    visibility: "private",
    owned: true,
    createdAt: timeIn(meta),
    deprecatedAt: null,
    keywords: [...new Set(words.map(plainText).filter((word) => word !== null))],
    extra: { ...knownFacts(guest, LEFT_OUT), ...knownFacts(settings, LEFT_OUT) },
  };
});

/** Of a machine the kind of system that it is set up for (`l26`, `win11`); of a container its distribution. */
function platformOf(ostype: string | undefined): string | null {
  if (ostype === undefined || ostype === "other" || ostype === "unmanaged") return null;
  if (/^l2\d$/.test(ostype)) return "linux";
  return /^w(in|xp|2k|vista)/.test(ostype) ? "windows" : ostype;
}

/** `creation-qemu=8.1.5,ctime=1712345678` */
function timeIn(meta: string | undefined): string | null {
  const seconds = /(?:^|,)ctime=(\d{1,11})(?:,|$)/.exec(meta ?? "")?.[1];
  return seconds === undefined ? null : new Date(Number(seconds) * 1000).toISOString();
}
