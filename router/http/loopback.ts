/** Names and addresses that mean this machine alone. */
const loopback = new Set(["localhost", "::1", "[::1]"]);

/** Whether `host` (without a port) is this machine and no other. */
export const isLoopback = (host: string): boolean => loopback.has(host) || /^127(\.\d{1,3}){3}$/.test(host);
