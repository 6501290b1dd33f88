// Plain JavaScript on purpose: an old Node cannot even load a TypeScript file. Loaded with `node --import`.
const major = Number(process.versions.node.split(".")[0]);
if (major < 26) {
  console.error(
    `Antar needs Node 26 or newer; this is ${process.version}. Run "npm ci" (it brings Node 26 on Linux) and use the npm scripts, or install Node 26.`,
  );
  process.exit(1);
}
