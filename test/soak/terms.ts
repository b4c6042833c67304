/** What people ask for, and what is hard to answer: short words, phrases, what finds all or nothing. */
export const TERMS = [
  "ubuntu jammy arm64",
  "ubuntu",
  "windows 2022",
  "debian-12 amd64",
  "amzn2 x86_64 gp2",
  "al2023-ami",
  "rhel 9",
  "tu/im",
  "22.04",
  "a",
  "7x",
  '"server 2019"',
  "099720109477",
  "gpu pytorch",
  "suse sles 15",
  "backup 2024",
  "nothing-has-this-name",
  "ami-0a",
  "FEDORA Cloud",
  "kernel-6",
] as const;

/** A repeatable stream of numbers from 0 up to, not including, 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
