import fc from "fast-check";
import { expect, test } from "vitest";
import { parseEmail, parsePhone, parseText } from "./account.ts";
import { addressBookLimit, parseAddress } from "./address.ts";
import {
  anchorText,
  append,
  checkAnchor,
  checkEntry,
  checkHead,
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
