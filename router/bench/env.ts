/** What the benchmark's child processes get: production mode, nothing sent to anyone, and where programs are found. */
export const childEnv = {
  PATH: process.env["PATH"] ?? "",
  NODE_ENV: "production",
  APOLLO_TELEMETRY_DISABLED: "true",
  LOG_LEVEL: "error",
};
