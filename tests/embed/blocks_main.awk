# From a predictor's header to a program that holds NAME_run, called for random numbers of steps, to NAME_step, bit for bit:
# the outputs of STEPS steps and the state after each call. -v STEPS=N
function declared(line, what,    n, i, word) {
    sub(/^[^(]*\(/, "", line)
    sub(/\);.*/, "", line)
    n = split(line, arg, /, */)
    for (i = 2; i <= n; i++) {
        word = arg[i]
        sub(/.*[ *]/, "", word)
        port[what, ++ports[what]] = word
        kind[what, ports[what]] = arg[i] ~ /int32_t/ ? "id" : arg[i] ~ /void/ ? "workspace" : arg[i] ~ /const/ ? "in" : "out"
        real = arg[i] ~ /double/ ? "double" : arg[i] ~ /float/ ? "float" : real
    }
}
/^#define/ { macro[$2] = 1 }
/^void [a-zA-Z0-9_]*_begin\(/ { begin = 1; declared($0, "begin") }
/^void [a-zA-Z0-9_]*_step\(/ { name = $2; sub(/_step\(.*/, "", name); declared($0, "step") }
function size(word) { return NAME "_" toupper(word) "_SIZE" }
function whole(what, i) { return kind[what, i] != "id" && (NAME "_" toupper(port[what, i]) "_SIZE") in macro ? size(port[what, i]) : 1 }
function args(what, prefix, at,    i, s) {
    for (i = 1; i <= ports[what]; i++) {
        s = s ", " (kind[what, i] == "out" ? prefix : "in_") port[what, i]
        if (at != "" && kind[what, i] != "workspace")
            s = s " + (" at ") * " whole(what, i)
    }
    return s
}
END {
    NAME = toupper(name)
    printf "#include \"%s.h\"\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n", name
    for (w = 1; w <= 2; w++) {
        what = w == 1 ? "step" : "begin"
        rows = w == 1 ? STEPS : 1
        for (i = 1; i <= ports[what]; i++) {
            n = whole(what, i)
            if (kind[what, i] == "workspace")
                printf "static double in_workspace[%s_BEGIN_BYTES / 8 + 8];\n", NAME
            else if (kind[what, i] == "out")
                printf w == 1 ? "static %s once_%s[%d * %s], again_%s[%d * %s];\n" : "static %s once_%s[%d * %s];\n", real, port[what, i], rows, n, port[what, i], rows, n
            else
                printf "static %s in_%s[%s];\n", kind[what, i] == "id" ? "int32_t" : real, port[what, i], w == 1 ? STEPS " * " n : 4096
        }
    }
    printf "static %s_state after[%d], s, t;\nint main(void)\n{\n    unsigned seed = 3;\n    size_t i, done, n, calls = 0;\n", name, STEPS + 1
    for (w = 1; w <= 2; w++) {
        what = w == 1 ? "step" : "begin"
        for (i = 1; i <= ports[what]; i++) {
            if (kind[what, i] == "out" || kind[what, i] == "workspace")
                continue
            classes = NAME "_" toupper(port[what, i]) "_CLASSES"
            printf "    for (i = 0; i < sizeof in_%s / sizeof *in_%s; i++) {\n        seed = seed * 1103515245u + 12345u;\n", port[what, i], port[what, i]
            if (kind[what, i] == "id")
                printf "        in_%s[i] = (int32_t)(seed >> 16) %% %s;\n    }\n", port[what, i], classes in macro ? classes : "5"
            else
                printf "        in_%s[i] = (%s)(seed >> 16) / 30000 - 1;\n    }\n", port[what, i], real
        }
    }
    start = begin ? name "_begin(&%s" args("begin", "once_", "") ")" : name "_reset(&%s)"
    printf "    memset(&s, 0, sizeof s);\n    " start ";\n    after[0] = s;\n", "s"
    printf "    for (i = 0; i < %d; i++) {\n        %s_step(&s%s);\n        memcpy(&after[i + 1], &s, sizeof s);\n    }\n", STEPS, name, args("step", "once_", "i")
    printf "    for (int round = 0; round < 20; round++) {\n        memcpy(&t, &after[0], sizeof t);\n"
    printf "        for (done = 0; done < %d; done += n, calls++) {\n            seed = seed * 1103515245u + 12345u;\n", STEPS
    printf "            n = round == 0 ? %d : (seed >> 16) %% (round %% 4 ? 100 : 5);\n            n = n > %d - done ? %d - done : n;\n", STEPS, STEPS, STEPS
    printf "            %s_run(&t, n%s);\n", name, args("step", "again_", "done")
    printf "            if (memcmp(&t, &after[done + n], sizeof t)) {\n                printf(\"%s: the state after %%zu steps of %%zu differs\\n\", n, done + n);\n                return 1;\n            }\n        }\n", name
    for (i = 1; i <= ports["step"]; i++)
        if (kind["step", i] == "out")
            printf "        if (memcmp(once_%s, again_%s, sizeof once_%s)) {\n            puts(\"%s: %s differs\");\n            return 1;\n        }\n        memset(again_%s, 0, sizeof again_%s);\n", \
                port["step", i], port["step", i], port["step", i], name, port["step", i], port["step", i], port["step", i]
    printf "    }\n    return calls < 40;\n}\n"
}
