/**
 * Words that mark a special build beside the one most people mean: stages, reduced and added contents, other languages.
 * A family that has one which nobody asked for comes after its plain sibling.
 */
export const VARIANT_WORDS: ReadonlySet<string> = new Set(
  [
    "alpha beta daily dev nightly preview rc snapshot test testing unofficial unstable",
    "byos byol core ecs eks eksoptimized gpu hardened inf k8s minimal neuron nvidia pro sap sapcal small sql testing",
    "chinese czech dutch french german hungarian italian japanese korean polish portuguese russian spanish swedish turkish",
  ].flatMap((line) => line.split(" ")),
);
