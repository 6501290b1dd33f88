/** Rules of an address. */
import { err, ok, type Result } from "../../../kit/result.ts";
import { parsePhone, parseText, type InvalidField } from "./account.ts";

/** Most addresses that one address book holds. */
export const addressBookLimit = 20;

/** An address as given; `recipientName` defaults to the owner's name. */
export type AddressInput = {
  label: string;
  recipientName?: string | null | undefined;
  phone: string;
  line1: string;
  line2?: string | null | undefined;
  city: string;
  postalCode: string;
  notes?: string | null | undefined;
  location: { latitude: number; longitude: number };
};

/** An address that keeps the rules. */
export type ValidAddress = {
  label: string;
  recipientName: string;
  phone: string;
  line1: string;
  line2: string | null;
  city: string;
  postalCode: string;
  notes: string | null;
  latitude: number;
  longitude: number;
};

const within = (value: number, limit: number): boolean => Number.isFinite(value) && Math.abs(value) <= limit;

/** An absent or blank text is null. */
function optional(text: string | null | undefined, field: string, max: number): Result<string | null, InvalidField> {
  return text === undefined || text === null || text.trim() === "" ? ok(null) : parseText(text, field, 1, max);
}

/** Checks every field; answers the first that breaks a rule. */
export function parseAddress(input: AddressInput, ownerName: string): Result<ValidAddress, InvalidField> {
  const label = parseText(input.label, "label", 1, 40);
  if (!label.ok) return label;
  const recipientName = parseText(input.recipientName ?? ownerName, "recipientName", 1, 60);
  if (!recipientName.ok) return recipientName;
  const phone = parsePhone(input.phone);
  if (!phone.ok) return phone;
  const line1 = parseText(input.line1, "line1", 1, 120);
  if (!line1.ok) return line1;
  const line2 = optional(input.line2, "line2", 120);
  if (!line2.ok) return line2;
  const city = parseText(input.city, "city", 1, 80);
  if (!city.ok) return city;
  const postalCode = parseText(input.postalCode, "postalCode", 1, 16);
  if (!postalCode.ok) return postalCode;
  const notes = optional(input.notes, "notes", 280);
  if (!notes.ok) return notes;
  const { latitude, longitude } = input.location;
  if (!within(latitude, 90)) return err({ field: "location.latitude", message: "Latitude lies between -90 and 90." });
  if (!within(longitude, 180))
    return err({ field: "location.longitude", message: "Longitude lies between -180 and 180." });
  return ok({
    label: label.value,
    recipientName: recipientName.value,
    phone: phone.value,
    line1: line1.value,
    line2: line2.value,
    city: city.value,
    postalCode: postalCode.value,
    notes: notes.value,
    latitude,
    longitude,
  });
}
