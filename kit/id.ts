import { fromString, fromUUID, toUUID, typeidUnboxed } from "typeid-js";

/** A fresh TypeID, such as `ord_01h…`: `prefix` (lower-case letters) and a time-sortable UUIDv7. Spec: https://github.com/jetify-com/typeid */
export const newId = (prefix: string): string => typeidUnboxed(prefix);

/** Whether `value` is a well-formed TypeID with exactly this prefix. Check what a client sent before it reaches a column. */
export function isId(prefix: string, value: string): boolean {
  return value.length === prefix.length + 27 && value.startsWith(`${prefix}_`) && parse(value) !== null;
}

/** The UUID inside a TypeID of any prefix, lower case with dashes. Throws a TypeError when it is malformed. */
export function toUuid(id: string): string {
  const parsed = parse(id);
  if (parsed === null) throw new TypeError(`not an id: ${JSON.stringify(id.slice(0, 40))}`);
  return parsed;
}

/** The TypeID that shows `uuid` under `prefix`; the inverse of `toUuid`. */
export const fromUuid = (prefix: string, uuid: string): string => fromUUID(uuid, prefix);

function parse(value: string): string | null {
  if (!/^[a-z]([a-z_]{0,61}[a-z])?_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(value)) return null;
  try {
    return toUUID(fromString(value));
  } catch {
    // 128 bits, but of no version or variant of a uuid.
    return null;
  }
}
