# The CMake package beside its four lines: names and definitions, a required file, what is rebuilt when (with Ninja and
# with Make), a trainer, a golden test, two networks of one description, several at once, cross-compiling with the rnnc of
# this machine, rnnc as a subdirectory, what is refused.
# expect: Ninja: first: small tall
# expect: Ninja: nothing changed:
# expect: Ninja: a required file changed: small tall
# expect: Ninja: weights changed: tall
# expect: Ninja: a comment of the description changed: no object
# expect: Unix Makefiles: first: small tall
# expect: Unix Makefiles: nothing changed:
# expect: Unix Makefiles: a required file changed: small tall
# expect: Unix Makefiles: weights changed: tall
# expect: 5 and 7 units
# expect: 100% tests passed
# expect: a trainer: 20 steps
# expect: cross-compiled with RNNC_EXECUTABLE
# expect: as a subdirectory: small
# expect: MODEL is missing
# expect: unknown arguments: MODLE
# expect: unknown arguments: FROM
# expect: small: nothing behind WEIGHTS
# expect: set RNNC_EXECUTABLE
# expect: pkg-config: bin/rnnc, rt.h
# refuse: differs
cmake --install "$(dirname "$RNNC")" --prefix "$PWD/in st" >install.txt || cat install.txt
rnnc="$PWD/in st/bin/rnnc"
mkdir source source/lib
cat >source/lib/cell.lua <<'END'
local nn = require "nn"
return function(x, units) return nn.gru("rnn", { size = units })(x) end
END
cat >source/net.lua <<'END'
local nn = require "nn"
local cell, units = require "lib.cell", nn.define("units", 5)
local time = nn.axis("time", 6)
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.real(2), time)
local out = nn.linear("out", 2)(cell(x, units))
return nn.model { name = "net", batch = 2, output = { out = out }, loss = nn.mse(out, y), data = nn.csv { into = x, target = y, columns = { "a", "b", "c" }, target_columns = { "a", "b" } } }
END
cat >source/main.c <<'END'
#include "small.h"
#include "tall.h"
#include <stdio.h>
int main(void)
{
    printf("%d and %d units\n", (int)(SMALL_STATE_BYTES / sizeof(float)), (int)(TALL_STATE_BYTES / sizeof(float)));
    return 0;
}
END
cat >source/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(nets C)
enable_testing()
find_package(rnnc 0.1 REQUIRED CONFIG)
rnnc_add_predictor(small MODEL net.lua)
rnnc_add_predictor(tall MODEL net.lua WEIGHTS tall.safetensors DEFINES units=7)
rnnc_add_trainer(trainer MODEL net.lua NAME net DEFINES units=7)
rnnc_add_golden_test(golden MODEL net.lua)
add_executable(main main.c)
target_link_libraries(main small tall)
END
awk 'BEGIN { print "a,b,c"; for (i = 0; i < 90; i++) printf "%.4f,%.4f,%d\n", sin(i), cos(i), i % 5 }' >t.csv
train() { "$rnnc" train source/net.lua -D units=7 --data t.csv --steps "$1" --out run -q && cp run/best.safetensors source/tall.safetensors; }
train 3
changes() { # GENERATOR WHAT: what a build compiles again of small and tall
    cmake --build "$1" -j2 --target main -- $verbose >build.txt 2>&1 || cat build.txt
    echo "$1: $2:$(for t in small tall; do grep -qE "Building C object .*/$t(_weights)?.c.o" build.txt && printf " $t"; done)"
}
for generator in Ninja "Unix Makefiles"; do
    verbose=
    cmake -S source -B "$generator" -G "$generator" -DCMAKE_PREFIX_PATH="$PWD/in st" >cmake.txt 2>&1 || cat cmake.txt
    changes "$generator" first
    changes "$generator" "nothing changed"
    sed -i "s/(x) end/(x) * 2 end/" source/lib/cell.lua
    changes "$generator" "a required file changed"
    train 4
    changes "$generator" "weights changed"
    echo "-- changed" >>source/net.lua
    cmake --build "$generator" --target main >build.txt 2>&1 || cat build.txt
    grep -q "Building C" build.txt || echo "$generator: a comment of the description changed: no object"
    sed -i "s/(x) \* 2 end/(x) end/" source/lib/cell.lua
done
Ninja/main
cmake --build Ninja -j2 >build.txt 2>&1 || cat build.txt
(cd Ninja && ctest 2>&1)
Ninja/trainer --data t.csv --steps 20 --out trained >trained.txt 2>&1 && echo "a trainer: $(sed -n '$s/,.*//p' trained/log.csv) steps"

sed 's/find_package.*/add_subdirectory(..\/rnnc rnnc EXCLUDE_FROM_ALL)/; /tall/d; /main/d; /golden/d; /trainer/d' source/CMakeLists.txt >CMakeLists.txt
mkdir sub && mv CMakeLists.txt sub && cp -r source/net.lua source/lib sub && ln -s "$ROOT" rnnc
cross="-DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=other"
# shellcheck disable=SC2086
cmake -S sub -B none $cross >none.txt 2>&1 || grep -o 'set RNNC_EXECUTABLE' none.txt
# shellcheck disable=SC2086
cmake -S sub -B cross $cross -DRNNC_EXECUTABLE="$rnnc" >cross.txt 2>&1 && cmake --build cross >>cross.txt 2>&1 || cat cross.txt
[ -e cross/libsmall.a ] && [ ! -e cross/rnnc/rnnc ] && echo "cross-compiled with RNNC_EXECUTABLE"
cmake -S sub -B inside >inside.txt 2>&1 && cmake --build inside --target help >help.txt && grep -q rnnc help.txt && echo "as a subdirectory: small"
bad() { { sed '/rnnc_add/,$d' source/CMakeLists.txt; echo "$1"; } >sub/CMakeLists.txt
    cmake -S sub -B bad -DCMAKE_PREFIX_PATH="$PWD/in st" 2>&1 | tr '\n' ' ' | sed 's/  */ /g; s/.*(message)//; s/Call Stack.*//'; echo; }
bad "rnnc_add_predictor(small NAME x)"
bad "rnnc_add_predictor(small MODEL net.lua MODLE x)"
bad "rnnc_add_predictor(small MODEL net.lua FROM x)"
bad 'rnnc_add_predictor(small MODEL net.lua WEIGHTS ${TRAINED} DEFINES ${MORE})'
pc() { PKG_CONFIG_PATH="$PWD/in st/share/pkgconfig" pkg-config "--variable=$1" rnnc | sed 's/\\//g'; }
if ! command -v pkg-config >/dev/null; then echo "pkg-config: bin/rnnc, rt.h (not here)"
elif [ -x "$(pc rnnc)" ] && [ -e "$(pc runtime)/rt.h" ]; then echo "pkg-config: bin/rnnc, rt.h"; fi
