/** When a restaurant is open: weekly wall-clock spans in an IANA zone, judged with Temporal. */
import { err, ok, type Result } from "../../../kit/result.ts";

/** Minutes of a day. */
export const dayMinutes = 1440;
/** Most spans in a week. */
export const maxSpans = 28;

/** A weekly span: starts on `weekday` (1 Monday to 7 Sunday) at minute `opens` (0–1439), ends at minute `closes` of that day; above 1440 it lies on the next day. */
export type Span = { readonly weekday: number; readonly opens: number; readonly closes: number };

/** A span as written by people: HH:MM, `closes` at or before `opens` meaning the next day. */
export type WrittenSpan = { readonly weekday: number; readonly opens: string; readonly closes: string };

/** Why written spans are refused; `index` is the span at fault. */
export type SpanProblem = {
  readonly tag: "BAD_WEEKDAY" | "BAD_TIME" | "OVERLAP" | "TOO_MANY";
  readonly index: number;
};

const clockPattern = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Minute of the day of an HH:MM; null when it is none. */
function parseClock(text: string): number | null {
  const match = clockPattern.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** HH:MM of a minute; minutes of the next day wrap round. */
export function formatClock(minute: number): string {
  const wrapped = minute % dayMinutes;
  return `${String(Math.floor(wrapped / 60)).padStart(2, "0")}:${String(wrapped % 60).padStart(2, "0")}`;
}

/** A stored span as people write it. */
export const writeSpan = (span: Span): WrittenSpan => ({
  weekday: span.weekday,
  opens: formatClock(span.opens),
  closes: formatClock(span.closes),
});

/** Reads a week: valid days and times, no two spans overlapping, the turn of the week included. */
export function parseSpans(written: readonly WrittenSpan[]): Result<Span[], SpanProblem> {
  if (written.length > maxSpans) return err({ tag: "TOO_MANY", index: maxSpans });
  const spans: Span[] = [];
  for (const [index, entry] of written.entries()) {
    if (!Number.isInteger(entry.weekday) || entry.weekday < 1 || entry.weekday > 7)
      return err({ tag: "BAD_WEEKDAY", index });
    const opens = parseClock(entry.opens);
    const end = parseClock(entry.closes);
    if (opens === null || end === null) return err({ tag: "BAD_TIME", index });
    spans.push({ weekday: entry.weekday, opens, closes: end <= opens ? end + dayMinutes : end });
  }
  const overlap = spans.findIndex((span, index) => spans.slice(0, index).some((other) => overlaps(span, other)));
  if (overlap >= 0) return err({ tag: "OVERLAP", index: overlap });
  return ok(spans.sort((a, b) => a.weekday - b.weekday || a.opens - b.opens));
}

const weekMinutes = 7 * dayMinutes;

function overlaps(a: Span, b: Span): boolean {
  const startA = (a.weekday - 1) * dayMinutes + a.opens;
  const startB = (b.weekday - 1) * dayMinutes + b.opens;
  const [lengthA, lengthB] = [a.closes - a.opens, b.closes - b.opens];
  const forward = (startB - startA + weekMinutes) % weekMinutes;
  return forward < lengthA || weekMinutes - forward < lengthB;
}

/** Whether `zone` is an IANA time zone; fixed offsets such as +07:00 are refused, they know no daylight saving. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant at which a wall clock shows `minute` of `date`.
 * A time inside a daylight-saving gap moves forward by the gap; one that occurs twice means the first.
 */
function instantOf(date: Temporal.PlainDate, minute: number, zone: string): number {
  const day = date.add({ days: Math.floor(minute / dayMinutes) });
  const time = Temporal.PlainTime.from({ hour: Math.floor((minute % dayMinutes) / 60), minute: minute % 60 });
  return day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}

/** An interval of instants, the end excluded, in epoch milliseconds. */
export type OpenInterval = { readonly from: number; readonly to: number };

/** The intervals that start on the local days from `daysBefore` before `at` to `daysAfter` after it, by start. */
export function openIntervals(
  spans: readonly Span[],
  zone: string,
  at: Date,
  daysBefore: number,
  daysAfter: number,
): OpenInterval[] {
  const today = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const intervals: OpenInterval[] = [];
  for (let offset = -daysBefore; offset <= daysAfter; offset++) {
    const date = today.add({ days: offset });
    for (const span of spans) {
      if (span.weekday !== date.dayOfWeek) continue;
      intervals.push({ from: instantOf(date, span.opens, zone), to: instantOf(date, span.closes, zone) });
    }
  }
  return intervals.sort((a, b) => a.from - b.from);
}

/** Whether one of the spans contains `at`; a span may have started the day before. */
export function isOpenAt(spans: readonly Span[], zone: string, at: Date): boolean {
  const time = at.getTime();
  return openIntervals(spans, zone, at, 1, 0).some((interval) => interval.from <= time && time < interval.to);
}

/** Start of the next span within 8 days; null when open at `at` or when there is none. */
export function nextOpening(spans: readonly Span[], zone: string, at: Date): Date | null {
  // Most ask while it is open, and a week of calendar arithmetic takes longer than the rest of their question.
  if (isOpenAt(spans, zone, at)) return null;
  const time = at.getTime();
  const intervals = openIntervals(spans, zone, at, 1, 8).filter(
    (interval) => interval.to > time && interval.to > interval.from,
  );
  const [first] = intervals;
  return first && first.from > time ? new Date(first.from) : null;
}
