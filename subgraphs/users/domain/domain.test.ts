import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseEmail, parseLanguage, parsePassword, parsePhone, parseText } from "./account.ts";
import { addressBookLimit, parseAddress } from "./address.ts";
import {
  anchorText,
  append,
  checkAnchor,
  checkEntry,
  checkHead,
  digestOf,
  genesis,
  parseAnchor,
  type ChainedEntry,
  type ChainFault,
  type ChainHead,
} from "./audit-chain.ts";
import { mayAddStaff, mayRemove, roleAfterAdding } from "./membership.ts";
import { mayGovern, parseRoles } from "./roles.ts";
import { decideRotation } from "./rotation.ts";
import { delayFor } from "./throttle.ts";
import { seesAll } from "./visibility.ts";

const key = new Uint8Array(32).fill(7);

function chain(actions: readonly string[]): { entries: ChainedEntry[]; head: ChainHead | null } {
  let head: ChainHead | null = null;
  const entries = actions.map((action, n) => {
    const content = {
      id: `aud_${n}`,
      source: "users",
      actorId: null,
      action,
      subjectId: "usr_1",
      at: "2026-01-01T00:00:00.000Z",
      detail: { b: n, a: [n] },
    };
    const next = append(key, head ?? { sequence: 0, link: genesis }, content, `salt${n}`);
    head = next.head;
    return next.entry;
  });
  return { entries, head };
}

function verify(entries: readonly ChainedEntry[], head: ChainHead | null): ChainFault | null {
  let last = { sequence: 0, link: genesis };
  for (const entry of entries) {
    const fault = checkEntry(key, last, entry);
    if (fault) return fault;
    last = entry;
  }
  return checkHead(key, last, head);
}

const actions = fc.array(fc.string({ maxLength: 8 }), { minLength: 2, maxLength: 12 });

test("a sound chain verifies, whatever the order of keys in a detail", () => {
  fc.assert(
    fc.property(actions, (list) => {
      const { entries, head } = chain(list);
      const reread = entries.map((entry) => ({
        ...entry,
        detail: { a: (entry.detail as { a: unknown }).a, b: (entry.detail as { b: unknown }).b },
      }));
      expect(verify(reread, head)).toBeNull();
    }),
  );
  expect(verify([], null)).toBeNull();
});

test("any edit, deletion, swap or truncation of a chain shows", () => {
  fc.assert(
    fc.property(actions, fc.nat(), fc.nat(), (list, first, second) => {
      const { entries, head } = chain(list);
      const at = first % entries.length;
      const to = second % entries.length;
      const target = entries[at]!;
      expect(verify(entries.with(at, { ...target, action: `${target.action}!` }), head)?.fault).toBe("EDITED");
      expect(verify(entries.toSpliced(at, 1), head)).not.toBeNull();
      expect(verify(entries.slice(0, at), head)).not.toBeNull();
      if (at !== to) expect(verify(entries.with(at, entries[to]!).with(to, target), head)).not.toBeNull();
    }),
  );
});

test("without the key nobody can rebuild a shorter chain's head", () => {
  const { entries } = chain(["a", "b", "c"]);
  const forged = append(new Uint8Array(32), { sequence: 0, link: genesis }, entries[0]!, "salt").head;
  expect(verify(entries.slice(0, 1), forged)?.fault).toBe("FORGED_HEAD");
  expect(verify(entries, null)?.fault).toBe("FORGED_HEAD");
});

test("a refresh token rotates at most once and never outside a live session", () => {
  const time = fc.integer({ min: 0, max: 100_000 }).map((ms) => new Date(ms));
  const token = fc.record({
    usedAt: fc.option(time),
    successorUsed: fc.boolean(),
    sessionExpiresAt: time,
    sessionRevokedAt: fc.option(time),
  });
  fc.assert(
    fc.property(token, time, fc.nat(20_000), (shown, now, grace) => {
      const decision = decideRotation(shown, now, grace);
      const live = shown.sessionRevokedAt === null && shown.sessionExpiresAt > now;
      expect(decision === "refuse").toBe(!live);
      if (decision === "rotate") expect(shown.usedAt).toBeNull();
      if (decision === "repeat") expect(now.getTime() - shown.usedAt!.getTime()).toBeLessThanOrEqual(grace);
      if (live && shown.usedAt !== null && shown.successorUsed) expect(decision).toBe("revoke");
    }),
  );
});

test("the delay never shrinks with more failures and never exceeds its bound", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(4_000), (failures, maxMs) => {
      expect(delayFor(failures, maxMs)).toBeLessThanOrEqual(maxMs);
      expect(delayFor(failures + 1, maxMs)).toBeGreaterThanOrEqual(delayFor(failures, maxMs));
    }),
  );
  expect(delayFor(2, 3_000)).toBe(0);
});

test("parsing e-mails, phones and texts is stable: a parsed value parses to itself", () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string()), (text) => {
      const email = parseEmail(text);
      if (email.ok) expect(parseEmail(email.value)).toEqual(email);
      const phone = parsePhone(text);
      if (phone.ok) expect(parsePhone(phone.value)).toEqual(phone);
      const name = parseText(text, "name", 1, 60);
      if (name.ok) expect(parseText(name.value, "name", 1, 60)).toEqual(name);
    }),
  );
  expect(parseEmail("A@Example.test")).toEqual({ ok: true, value: "a@example.test" });
  expect(parseEmail("a@b").ok).toBe(false);
  expect(parsePhone("+62 812-3456 789")).toEqual({ ok: true, value: "+628123456789" });
});

test("an address lies on Earth and takes the owner's name by default", () => {
  const address = {
    label: "Home",
    phone: "+628123456789",
    line1: "Jl. Mawar 1",
    city: "Jakarta",
    postalCode: "10110",
    notes: " ",
  };
  const good = parseAddress({ ...address, location: { latitude: -6.2, longitude: 106.8 } }, "Ayu");
  expect(good).toMatchObject({ ok: true, value: { recipientName: "Ayu", notes: null, line2: null } });
  for (const location of [
    { latitude: 91, longitude: 0 },
    { latitude: 0, longitude: -181 },
    { latitude: Number.NaN, longitude: 0 },
  ]) {
    expect(parseAddress({ ...address, location }, "Ayu").ok).toBe(false);
  }
  expect(addressBookLimit).toBe(20);
});

test("owners manage staff, admins anyone, staff nobody", () => {
  expect(mayAddStaff({ admin: false, roleThere: "STAFF" })).toBe(false);
  expect(mayAddStaff({ admin: false, roleThere: null })).toBe(false);
  expect(mayAddStaff({ admin: false, roleThere: "OWNER" })).toBe(true);
  expect(mayRemove({ admin: false, roleThere: "OWNER" }, "OWNER")).toBe(false);
  expect(mayRemove({ admin: false, roleThere: "OWNER" }, "STAFF")).toBe(true);
  expect(mayRemove({ admin: true, roleThere: null }, "OWNER")).toBe(true);
  expect(roleAfterAdding("OWNER", "STAFF")).toBe("OWNER");
  expect(roleAfterAdding("STAFF", "OWNER")).toBe("OWNER");
});

test("admins keep their own admin role, and support cannot govern the platform's staff", () => {
  expect(parseRoles([], { self: false }).ok).toBe(false);
  expect(parseRoles(["customer"], { self: true }).ok).toBe(false);
  expect(parseRoles(["admin", "customer", "admin"], { self: true })).toEqual({
    ok: true,
    value: ["customer", "admin"],
  });
  const support = { id: "a", roles: ["support"] };
  expect(mayGovern(support, { id: "b", roles: ["customer"] })).toBe(true);
  expect(mayGovern(support, { id: "b", roles: ["admin"] })).toBe(false);
  expect(mayGovern({ id: "c", roles: ["admin"] }, support)).toBe(true);
  expect(mayGovern({ id: "c", roles: ["admin"] }, { id: "c", roles: ["admin"] })).toBe(false);
  expect(seesAll({ userId: "a", roles: [] }, "b")).toBe(false);
  expect(seesAll({ userId: "a", roles: ["support"] }, "b")).toBe(true);
});

test("an anchor survives its line, fits its own link alone, and nothing else reads as one", () => {
  fc.assert(
    fc.property(actions, (list) => {
      const { head } = chain(list);
      const anchor = parseAnchor(` ${anchorText(head!)}\n`)!;
      expect(anchor).toEqual(head);
      expect(checkAnchor(key, anchor, anchor.link)).toBeNull();
      for (const link of [undefined, genesis])
        expect(checkAnchor(key, anchor, link)).toEqual({ sequence: list.length, fault: "ANCHOR_LOST" });
      const moved = { ...anchor, sequence: anchor.sequence + 1 };
      expect(checkAnchor(key, moved, anchor.link)?.fault).toBe("FORGED_ANCHOR");
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => parseAnchor(text) === null));
  expect(parseAnchor(`-1:${genesis}:${genesis}`)).toBeNull();
  expect(parseAnchor(`1:${genesis}`)).toBeNull();
});

const refusalOf = (result: { ok: true } | { ok: false; error: { field: string; message: string } }) =>
  result.ok ? null : `${result.error.field}: ${result.error.message}`;

test("e-mail addresses: one @, a dotted domain, 254 characters", () => {
  const wrong = "email: This is not an e-mail address.";
  const long = (length: number) => `${"a".repeat(60)}@${"b".repeat(length - 66)}.test`;
  for (const good of ["a@b.c", "  A@B.CD ", "ü+1.x@sub.domain.test", `${"a".repeat(64)}@b.test`, long(254)])
    expect([good, refusalOf(parseEmail(good))]).toEqual([good, null]);
  for (const bad of [
    "",
    "a",
    "@b.c",
    "a@",
    "a@b",
    "a@b.",
    "a@.b",
    "a@b..c",
    "a@@b.c",
    "a b@c.d",
    "a@b c.d",
    "a,b@c.d",
    "<a@b.c>",
    "a@b.c\u0000",
    "a\u0007@b.c",
    `${"a".repeat(65)}@b.test`,
    long(255),
    "x a@b.c",
    "a@b.c x",
  ])
    expect([bad, refusalOf(parseEmail(bad))]).toEqual([bad, wrong]);
  expect(refusalOf(parseEmail("a", "other"))).toBe("other: This is not an e-mail address.");
  expect(parseEmail("E\u0301@b.test")).toEqual({ ok: true, value: "\u00e9@b.test" });
});

test("texts count characters as people do, trimmed, and have no control characters", () => {
  const check = (text: string) => refusalOf(parseText(text, "name", 2, 4));
  expect(["ab", "abcd", " ab ", "😀😀😀😀"].map(check)).toEqual([null, null, null, null]);
  const length = "name: Between 2 and 4 characters, please.";
  expect(["", "a", " a ", "abcde", "😀"].map(check)).toEqual([length, length, length, length, length]);
  expect(["a\nb", "a\u0000b"].map(check)).toEqual(Array(2).fill("name: Only printable characters, please."));
  expect(parseText(" e\u0301x ", "name", 2, 4)).toEqual({ ok: true, value: "\u00e9x" });
});

test("passwords are long enough and not endless, and nothing of them is trimmed", () => {
  const refused = "password: Between 8 and 256 characters, please.";
  expect([7, 8, 256, 257].map((length) => refusalOf(parsePassword("x".repeat(length))))).toEqual([
    refused,
    null,
    null,
    refused,
  ]);
  expect(parsePassword("  six   ")).toEqual({ ok: true, value: "  six   " });
  expect(refusalOf(parsePassword("short", "next"))).toBe("next: Between 8 and 256 characters, please.");
  expect(parsePassword("e\u0301".repeat(8))).toEqual({ ok: true, value: "\u00e9".repeat(8) });
});

test("phone numbers are E.164 once their marks are dropped", () => {
  const refused = "phone: A phone number begins with + and the country code.";
  expect(parsePhone("+1 (555) 010-99.99")).toEqual({ ok: true, value: "+15550109999" });
  expect(["+1234567", "+123456789012345"].map((text) => refusalOf(parsePhone(text)))).toEqual([null, null]);
  for (const bad of [
    "+123456",
    "+1234567890123456",
    "1234567",
    "+0234567",
    "+12345a7",
    "x+1234567",
    "+1234567x",
    "++1234567",
  ])
    expect([bad, refusalOf(parsePhone(bad))]).toEqual([bad, refused]);
});

test("languages are canonical tags", () => {
  expect(parseLanguage("en-us")).toEqual({ ok: true, value: "en-US" });
  const refused = "language: This is not a language tag.";
  const long = "en-x-aaaaaaaa-bbbbbbbb-cccccccc-ddd";
  expect([parseLanguage(long), refusalOf(parseLanguage(`${long}d`))]).toEqual([{ ok: true, value: long }, refused]);
  expect(["", "english!", "e"].map((text) => refusalOf(parseLanguage(text)))).toEqual([refused, refused, refused]);
});

test("an address is refused by its first field that breaks a rule, and kept as it was given otherwise", () => {
  const given = {
    label: " Home ",
    recipientName: "Budi",
    phone: "+62 8123 456 789",
    line1: "Jl. Mawar 1",
    line2: " B2 ",
    city: "Jakarta",
    postalCode: "10110",
    notes: "ring twice",
    location: { latitude: -90, longitude: 180 },
  };
  expect(parseAddress(given, "Ayu")).toEqual({
    ok: true,
    value: {
      label: "Home",
      recipientName: "Budi",
      phone: "+628123456789",
      line1: "Jl. Mawar 1",
      line2: "B2",
      city: "Jakarta",
      postalCode: "10110",
      notes: "ring twice",
      latitude: -90,
      longitude: 180,
    },
  });
  const most = { label: 40, recipientName: 60, line1: 120, line2: 120, city: 80, postalCode: 16, notes: 280 };
  for (const [field, max] of Object.entries(most)) {
    expect([field, refusalOf(parseAddress({ ...given, [field]: "x".repeat(max) }, "Ayu"))]).toEqual([field, null]);
    const refusal = `${field}: Between 1 and ${max} characters, please.`;
    expect(refusalOf(parseAddress({ ...given, [field]: "x".repeat(max + 1) }, "Ayu"))).toBe(refusal);
    const optional = field === "line2" || field === "notes";
    for (const blank of ["", "  "])
      expect(refusalOf(parseAddress({ ...given, [field]: blank }, "Ayu"))).toBe(optional ? null : refusal);
  }
  expect(refusalOf(parseAddress({ ...given, phone: "5" }, "Ayu"))).toMatch(/^phone: /);
  for (const absent of [null, undefined])
    expect(parseAddress({ ...given, line2: absent, notes: absent, recipientName: absent }, "Ayu")).toMatchObject({
      value: { line2: null, notes: null, recipientName: "Ayu" },
    });
  const at = (latitude: number, longitude: number) =>
    refusalOf(parseAddress({ ...given, location: { latitude, longitude } }, "Ayu"));
  const [north, east] = [
    "location.latitude: Latitude lies between -90 and 90.",
    "location.longitude: Longitude lies between -180 and 180.",
  ];
  expect([at(90, -180), at(90.1, 0), at(-90.1, 0), at(Number.NaN, 0)]).toEqual([null, north, north, north]);
  expect([at(0, 180.1), at(0, -180.1), at(0, Number.NaN)]).toEqual([east, east, east]);
});

test("who may change whose work and whose account, one by one", () => {
  const roles = ["OWNER", "STAFF"] as const;
  const askers = [true, false].flatMap((admin) => [null, ...roles].map((roleThere) => ({ admin, roleThere })));
  const named = ({ admin, roleThere }: (typeof askers)[number]) => `${admin ? "admin " : ""}${roleThere ?? "nobody"}`;
  const admins = ["admin nobody", "admin OWNER", "admin STAFF"];
  expect(askers.filter(mayAddStaff).map(named)).toEqual([...admins, "OWNER"]);
  expect(askers.filter((asker) => mayRemove(asker, "STAFF")).map(named)).toEqual([...admins, "OWNER"]);
  expect(askers.filter((asker) => mayRemove(asker, "OWNER")).map(named)).toEqual(admins);
  expect(roleAfterAdding(null, "STAFF")).toBe("STAFF");
  expect(roleAfterAdding("STAFF", "STAFF")).toBe("STAFF");
  const govern = (asker: string, target: string) =>
    mayGovern({ id: "a", roles: [asker] }, { id: "b", roles: [target] });
  expect(
    ["customer", "courier", "support", "admin"].map((role) => [govern("support", role), govern("admin", role)]),
  ).toEqual([
    [true, true],
    [true, true],
    [false, true],
    [false, true],
  ]);
  expect(mayGovern({ id: "a", roles: ["support"] }, { id: "a", roles: ["customer"] })).toBe(false);
  expect([seesAll({ userId: "a", roles: [] }, "a"), seesAll({ userId: null, roles: ["admin"] }, "a")]).toEqual([
    true,
    true,
  ]);
  expect([
    seesAll({ userId: null, roles: [] }, "a"),
    seesAll({ userId: "b", roles: ["customer", "courier"] }, "a"),
  ]).toEqual([false, false]);
});

test("roles come distinct and in one order; nobody takes their own admin role", () => {
  expect(parseRoles(["admin", "support", "courier", "customer", "support"], { self: true })).toEqual({
    ok: true,
    value: ["customer", "courier", "support", "admin"],
  });
  expect(parseRoles(["customer"], { self: false })).toEqual({ ok: true, value: ["customer"] });
  expect(refusalOf(parseRoles([], { self: true }))).toBe("roles: At least one role, please.");
  expect(refusalOf(parseRoles(["support"], { self: true }))).toBe("roles: Another admin must take your admin role.");
});

test("each failed sign-in after the third doubles the wait, up to its bound", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 9].map((failures) => delayFor(failures, 10_000))).toEqual([
    0, 0, 0, 250, 500, 1_000, 2_000, 10_000,
  ]);
  expect(delayFor(23, Infinity)).toBe(250 * 2 ** 20);
  expect(delayFor(1_000_000, Infinity)).toBe(250 * 2 ** 20);
});

test("a spent refresh token is repeated within the grace, to the millisecond, and ends the session after it", () => {
  const at = (ms: number) => new Date(ms);
  const token = { usedAt: at(1_000), successorUsed: false, sessionExpiresAt: at(9_000), sessionRevokedAt: null };
  const decide = (ms: number, change = {}) => decideRotation({ ...token, ...change }, at(ms), 500);
  expect([decide(1_500), decide(1_501)]).toEqual(["repeat", "revoke"]);
  expect(decide(1_200, { successorUsed: true })).toBe("revoke");
  expect(decide(1_200, { usedAt: null })).toBe("rotate");
  expect([decide(8_999, { usedAt: null }), decide(9_000, { usedAt: null })]).toEqual(["rotate", "refuse"]);
  expect(decide(1_200, { sessionRevokedAt: at(1_100) })).toBe("refuse");
});

test("faults of a chain name their entry", () => {
  const { entries, head } = chain(["a", "b", "c"]);
  const faultOf = (some: readonly ChainedEntry[], end: ChainHead | null) => verify(some, end);
  expect(faultOf(entries.toSpliced(1, 1), head)).toEqual({ sequence: 2, fault: "MISSING" });
  expect(faultOf(entries.with(1, { ...entries[1]!, detail: {} }), head)).toEqual({ sequence: 2, fault: "EDITED" });
  expect(faultOf(entries.with(1, { ...entries[1]!, salt: "other" }), head)).toEqual({ sequence: 2, fault: "EDITED" });
  expect(faultOf(entries.with(1, { ...entries[1]!, digest: "00" }), head)).toEqual({ sequence: 2, fault: "EDITED" });
  expect(faultOf(entries.with(2, { ...entries[2]!, link: genesis }), head)).toEqual({
    sequence: 3,
    fault: "BROKEN_LINK",
  });
  expect(faultOf(entries.slice(0, 2), head)).toEqual({ sequence: 3, fault: "TRUNCATED" });
  expect(faultOf([], head)).toEqual({ sequence: 1, fault: "TRUNCATED" });
  expect(faultOf(entries, null)).toEqual({ sequence: 3, fault: "FORGED_HEAD" });
  expect(faultOf(entries, { ...head!, sequence: 4 })).toEqual({ sequence: 4, fault: "FORGED_HEAD" });
  const shorter = chain(["a", "b"]).head;
  expect(faultOf(entries, shorter)).toEqual({ sequence: 3, fault: "TRUNCATED" });
  expect(checkHead(key, { sequence: 2, link: head!.link }, head)).toEqual({ sequence: 3, fault: "TRUNCATED" });
  const another = chain(["a", "b", "x"]).head;
  expect(faultOf(entries, another)).toEqual({ sequence: 4, fault: "TRUNCATED" });
});

test("what a digest is taken of has one form, with which entries of years ago are compared", () => {
  const content = { id: "1", source: "users", actorId: null, action: "x", subjectId: "s", at: "t" };
  const text = 'salt\n["1","users",null,"x","s","t",{"a":1,"b":[1,{"c":null}],"z":"y"}]';
  expect(digestOf({ ...content, detail: { z: "y", b: [1, { c: null }], a: 1 } }, "salt")).toBe(
    createHash("sha256").update(text).digest("hex"),
  );
});

test("the chain begins at 64 zeros, and an anchor is one whole line", () => {
  expect(genesis).toMatch(/^0{64}$/);
  const [link, seal] = ["a".repeat(64), "b".repeat(64)];
  expect(parseAnchor(`12:${link}:${seal}`)).toEqual({ sequence: 12, link, seal });
  for (const bad of [`12:${link}:${seal}x`, `x12:${link}:${seal}`, `12:${link}`, `:${link}:${seal}`, `12:${link}:`, ""])
    expect([bad, parseAnchor(bad)]).toEqual([bad, null]);
});

test("an entry's digest holds every part of it, and is the same for the same content alone", () => {
  const content = {
    id: "1",
    source: "users",
    actorId: "a",
    action: "x",
    subjectId: "s",
    at: "t",
    detail: { a: 1, b: [1, { c: null }] },
  };
  const digest = digestOf(content, "salt");
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOf({ ...content, detail: { b: [1, { c: null }], a: 1, d: undefined } }, "salt")).toBe(digest);
  for (const change of [
    { id: "2" },
    { source: "menu" },
    { actorId: null },
    { action: "y" },
    { subjectId: "r" },
    { at: "u" },
    { detail: { a: 1, b: [{ c: null }, 1] } },
    { detail: { a: 1, b: [1, {}] } },
    { detail: null },
    { detail: { a: "1", b: [1, { c: null }] } },
    { detail: [] },
    { detail: {} },
    { detail: undefined },
  ])
    expect(digestOf({ ...content, ...change }, "salt")).not.toBe(digest);
  expect(digestOf({ ...content, detail: [1, 2] }, "s")).not.toBe(digestOf({ ...content, detail: [12] }, "s"));
  expect(digestOf({ ...content, detail: { b: 1, a: 2, c: 3 } }, "s")).toBe(
    digestOf({ ...content, detail: { c: 3, a: 2, b: 1 } }, "s"),
  );
  expect(digestOf({ ...content, detail: undefined }, "s")).toBe(digestOf({ ...content, detail: null }, "s"));
});
