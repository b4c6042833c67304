import { commandOf, type Launch, type LaunchableImage, shellWord, textOf } from "../launch/snippet.ts";

/** How to use an image of Proxmox, on one of its nodes: templates are cloned, volumes are put into a new machine or container. */
export function proxmoxLaunch({ id, extra }: LaunchableImage): Launch {
  const text = cloneOf(id) ?? createWith(textOf(extra, "volid"), textOf(extra, "content"));
  if (text === null) return { snippets: [] };
  return { snippets: [{ title: `${text.slice(0, text.indexOf(" "))} command line`, text }] };
}

/** A template's id is its kind and its number. */
function cloneOf(id: string): string | null {
  const [, kind, number = ""] = /^(qemu|lxc)\/(\d+)$/.exec(id) ?? [];
  if (kind === undefined) return null;
  return kind === "qemu"
    ? commandOf("qm clone", number, "VMID --name NAME")
    : commandOf("pct clone", number, "VMID --hostname NAME");
}

/** Options of `qm` are lists with commas: a volume that has one cannot be named. */
function createWith(volume: string | null, content: string | null): string | null {
  if (volume === null || volume.includes(",")) return null;
  if (content === "vztmpl")
    return commandOf("pct create VMID", shellWord(volume), "--hostname NAME --rootfs STORAGE:8");
  const machine = "qm create VMID --name NAME --memory 2048";
  if (content === "iso") return commandOf(machine, "--scsi0 STORAGE:20", ["--cdrom", volume]);
  if (content === "import" || content === "images")
    return commandOf(machine, ["--scsi0", `STORAGE:0,import-from=${volume}`]);
  return null;
}
