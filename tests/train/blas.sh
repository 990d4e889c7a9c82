# A program that links OpenBLAS starts again with a better core type when OpenBLAS takes the processor for an old one, and
# says so once; not when the user chose, and not without OpenBLAS.
# expect: started again with OPENBLAS_CORETYPE=
# expect: said once: 1
# expect: chosen by the user: 0
# expect: known processor: 0
# refuse: differ
grep -q avx2 /proc/cpuinfo || { echo "needs a processor with AVX2"; exit 77; }
. "$TESTS/train/toy.bash"
cat >blas.c <<'END'
#include <stdlib.h>
char *openblas_get_corename(void);
char *openblas_get_corename(void)
{
    char *s = getenv("OPENBLAS_CORETYPE");
    return s ? s : CORE;
}
END
build old -DTOY_CLASSES=12 -DCORE='"Prescott"' blas.c
build new -DTOY_CLASSES=12 -DCORE='"Haswell"' blas.c
text 300 >t.txt
unset OPENBLAS_CORETYPE
./old --data t.txt --steps 5 2>err.txt || echo "exit differ"
grep 'started again' err.txt
echo "said once: $(grep -c 'started again' err.txt)"
echo "chosen by the user: $(OPENBLAS_CORETYPE=Nehalem ./old --data t.txt --steps 5 2>&1 | grep -c 'started again' || true)"
echo "known processor: $(./new --data t.txt --steps 5 2>&1 | grep -c 'started again' || true)"
