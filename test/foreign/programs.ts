/** Programs of other projects that `*.servers.test.ts` run: the names or paths each may have, and its Debian package, if any. */
export const PROGRAMS = {
  bash: { names: ["bash"], debianPackage: "bash" },
  chromium: { names: ["chromium", "chromium-browser", "google-chrome"], debianPackage: "chromium" },
  "docker-registry": { names: ["docker-registry"], debianPackage: "docker-registry" },
  dockerd: { names: ["dockerd"], debianPackage: "docker.io" },
  fish: { names: ["fish"], debianPackage: "fish" },
  glance: {
    names: ["/usr/lib/python3/dist-packages/glance/common/wsgi_app.py"],
    debianPackage: "python3-glance",
  },
  keystone: { names: ["keystone-manage"], debianPackage: "python3-keystone" },
  lxc: { names: ["lxc"], debianPackage: "lxd-client" },
  lxd: { names: ["lxd"], debianPackage: "lxd" },
  // Python's own packages are not installed for tests: where there is one it is used.
  moto_server: { names: ["moto_server"], debianPackage: undefined },
  pgbouncer: { names: ["pgbouncer", "/usr/sbin/pgbouncer"], debianPackage: "pgbouncer" },
  podman: { names: ["podman"], debianPackage: "podman" },
  promtool: { names: ["promtool"], debianPackage: "prometheus" },
  "systemd-analyze": { names: ["systemd-analyze"], debianPackage: "systemd" },
  virsh: { names: ["virsh"], debianPackage: "libvirt-clients" },
  zsh: { names: ["zsh"], debianPackage: "zsh" },
} as const;

export type ProgramName = keyof typeof PROGRAMS;
