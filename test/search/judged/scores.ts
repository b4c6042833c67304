import type { JudgedImage } from "./catalogues.ts";
import type { JudgedQuery } from "./judged-query.ts";

/** 3: the build to launch of a right series; 1: another build of it, or the build to launch of another series of the publisher. */
function gradeOf({ image, build }: JudgedImage, { by, name, architecture }: JudgedQuery): number {
  if (build.series.by !== by) return 0;
  const isRight = name.test(image.name ?? "") && (!architecture || architecture === machineOf(build.architecture));
  if (isRight && build.isNewest) return 3;
  return isRight || build.isNewest ? 1 : 0;
}

export interface Score {
  readonly query: JudgedQuery;
  /** 1 divided by the place of the first image of grade 3. */
  readonly reciprocal: number;
  /** Of the first ten, against the best order of all that the catalogue has. */
  readonly ndcg: number;
  readonly first: readonly string[];
}

/** Scores an answer, given as ids in its order. */
export function score(query: JudgedQuery, ids: readonly string[], catalogue: ReadonlyMap<string, JudgedImage>): Score {
  const found = ids.map((id) => catalogue.get(id));
  const grades = found.map((one) => (one ? gradeOf(one, query) : 0));
  const right = [...catalogue.values()].map((one) => gradeOf(one, query)).filter((grade) => grade === 3);
  const best = [...right, ...grades.filter((grade) => grade < 3)].toSorted((a, b) => b - a);
  const at = grades.indexOf(3);
  if (right.length === 0) throw new Error(`${query.term}: the catalogue has no right image`);
  return {
    query,
    reciprocal: at < 0 ? 0 : 1 / (at + 1),
    ndcg: gain(grades) / gain(best),
    first: found.slice(0, 3).map((one) => one?.image.name ?? "?"),
  };
}

function gain(grades: readonly number[]): number {
  return grades.slice(0, 10).reduce((sum, grade, at) => sum + (2 ** grade - 1) / Math.log2(at + 2), 0);
}

export function meanOf(scores: readonly Score[], of: "reciprocal" | "ndcg"): number {
  return scores.reduce((sum, each) => sum + each[of], 0) / scores.length;
}

/** Clouds write `arm64`, `Arm64`, `ARM64` and `aarch64`. */
function machineOf(architecture: string): string {
  return /arm64|aarch64/i.test(architecture) ? "arm64" : "x86_64";
}
