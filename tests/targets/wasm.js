// wasm.js -- node wasm.js FILE.wasm: runs the driver in a module that imports nothing, prints the words it leaves in memory.
const fs = require("fs");
const module_ = new WebAssembly.Module(fs.readFileSync(process.argv[2]));
const { memory, run, words, count } = new WebAssembly.Instance(module_, {}).exports;
run();
const answer = new Uint32Array(memory.buffer, words(), count());
for (const w of answer) console.log(w.toString(16).padStart(8, "0"));
