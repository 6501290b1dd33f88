/** Ports that no browser opens and `fetch` refuses, as the Fetch standard has it: https://fetch.spec.whatwg.org/#port-blocking */

/** Those from 1024 on; the lower ones need privileges anyway. */
const blocked: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** Whether browsers refuse to open `port`. */
export const isBlockedPort = (port: number): boolean => blocked.has(port);
