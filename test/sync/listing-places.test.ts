import { expect, test } from "vitest";
import { isInTheWay, type ListingPlace, nextListing, reasonToEnd, takePlace } from "../../src/sync/listing-places.ts";

const BOUNDS = {
  read: 3,
  readOfProvider: 2,
  underWay: 6,
  underWayOfProvider: 5,
  firstImageMs: 1_000,
  nextImageMs: 3_000,
  silentMs: 300_000,
  silentInTheWayMs: 90_000,
  idleInTheWayMs: 600_000,
};

test("as many listings are read at once as may be, of each provider its share", () => {
  expect(next(["a"], [])).toBe("a");
  expect(next(["a"], [reading("a")])).toBe("a");
  expect(next(["a"], [reading("a"), reading("a")])).toBeUndefined();
  expect(next(["a", "b"], [reading("a"), reading("a")])).toBe("b");
});

test("a provider that reads nothing may start one however much others read", () => {
  const busy = [reading("a"), reading("a"), reading("b")];

  expect(next(["a", "b"], busy)).toBeUndefined();
  expect(next(["a", "b", "c"], busy)).toBe("c");
});

test("a listing that waits for its cloud does not count: after a second without images, after three with some", () => {
  const fresh = [takePlace("a", 0), takePlace("a", 0)];
  const begun = fresh.map((place) => ({ ...place, hasImages: true }));

  expect(next(["a"], fresh, 999)).toBeUndefined();
  expect(next(["a"], fresh, 1_000)).toBe("a");
  expect(next(["a"], begun, 2_999)).toBeUndefined();
  expect(next(["a"], begun, 3_000)).toBe("a");
});

test("the provider with the fewest listings under way is next, then the first that came", () => {
  const waitingForClouds = [idle("a"), idle("a"), idle("b")];

  expect(next(["a", "b", "c"], waitingForClouds)).toBe("c");
  expect(next(["a", "b"], waitingForClouds)).toBe("b");
  expect(
    nextListing(
      [
        { provider: "a", n: 1 },
        { provider: "a", n: 2 },
      ],
      [],
      0,
      BOUNDS,
    ),
  ).toMatchObject({ n: 1 });
});

test("also those that wait for their clouds are bounded, in all and of each provider", () => {
  const five = Array.from({ length: 5 }, () => idle("a"));

  expect(next(["a"], five)).toBeUndefined();
  expect(next(["a", "b"], five)).toBe("b");
  expect(next(["b"], [...five, idle("b")])).toBeUndefined();
});

test("a listing is ended when its cloud is silent, sooner when others wait for its place", () => {
  const place = takePlace("a", 0);

  expect(reasonToEnd(place, false, 300_000, BOUNDS)).toBeUndefined();
  expect(reasonToEnd(place, false, 300_001, BOUNDS)).toBe("no answer from the cloud for 5 minutes");
  expect(reasonToEnd(place, true, 90_001, BOUNDS)).toBe("no answer from the cloud for 1.5 minutes");
});

test("a slow listing goes on for as long as answers come, unless others wait and it brings nothing new", () => {
  const place: ListingPlace = { ...takePlace("a", 0), heardAt: 3_600_000, workedAt: 3_000_000 };

  expect(reasonToEnd(place, false, 3_605_000, BOUNDS)).toBeUndefined();
  expect(reasonToEnd(place, true, 3_599_999, BOUNDS)).toBeUndefined();
  expect(reasonToEnd(place, true, 3_605_000, BOUNDS)).toBe("no new image for 10 minutes, while other listings waited");
});

test("a listing is in the way of those that could take its place", () => {
  const five = Array.from({ length: 5 }, () => idle("a"));
  const [a = idle("a")] = five;
  const b = idle("b");

  expect(isInTheWay(a, [{ provider: "a" }], five, BOUNDS)).toBe(true);
  expect(isInTheWay(a, [{ provider: "b" }], five, BOUNDS)).toBe(false);
  expect(isInTheWay(b, [{ provider: "b" }], [...five, b], BOUNDS)).toBe(true);
  expect(isInTheWay(b, [], [...five, b], BOUNDS)).toBe(false);
});

function next(providers: readonly string[], underWay: readonly ListingPlace[], now = 1_000_000): string | undefined {
  return nextListing(
    providers.map((provider) => ({ provider })),
    underWay,
    now,
    BOUNDS,
  )?.provider;
}

function reading(provider: string): ListingPlace {
  return { ...takePlace(provider, 1_000_000), hasImages: true };
}

function idle(provider: string): ListingPlace {
  return takePlace(provider, 0);
}
