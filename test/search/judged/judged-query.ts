export type Cloud = "ec2" | "azure" | "gce" | "openstack";

/** A query that a cloud engineer types, and what should come first. */
export interface JudgedQuery {
  readonly cloud: Cloud;
  readonly term: string;
  /** Whose images are right, as the series say it. */
  readonly by: string;
  /** The names of the right images. */
  readonly name: RegExp;
  /** By default any. */
  readonly architecture?: "x86_64" | "arm64";
}

/** Judged by what the publisher calls the image to start from: never a daily, reduced or third-party build that nobody asked for. */
export function judge(
  cloud: Cloud,
  term: string,
  by: string,
  name: RegExp,
  architecture?: "x86_64" | "arm64",
): JudgedQuery {
  return { cloud, term, by, name, ...(architecture && { architecture }) };
}
