#!/usr/bin/env bash
# A whole province from nothing, by the written steps alone: one province, two districts, six communes, each a program of its own on this machine,
# links authenticated both ways. The communes' desks import their dossiers, every commune closes its period, and the province's report is printed:
# complete, and equal to the sum of what was handed in. Everything is stopped at the end.
#
#   dist/province.sh PROGRAM FOLDER PORT...      # an empty or new folder, and nine free ports
#
# Two commands bring up a node that is not the top, and this is what they are:
#
#   motcua token issue --unit CODE --dir TOP | motcua init DIR --token - --listen ADDR --address https://ADDR
#   motcua serve --config DIR/motcua.toml
set -euo pipefail

program=$(realpath "$1") folder=$2
shift 2
[ $# -eq 9 ] || { echo "nine free ports are needed, $# were given" >&2; exit 2; }
mkdir -p "$folder"
cd "$folder"
[ -z "$(ls -A)" ] || { echo "$folder is not empty" >&2; exit 2; }

PROVINCE=22 PERIOD=2025-02
DISTRICTS="205 206"
COMMUNES="07069 07072 07075 07201 07204 07207"      # three below each district
DOSSIERS=12                                         # at each commune, one of them still pending at the end

motcua() { "$program" "$@"; }
millis() { date +%s%3N; }
declare -A port                                     # port[CODE]: where that unit's node listens
for code in $PROVINCE $DISTRICTS $COMMUNES; do port[$code]=$1; shift; done

# --- what is stopped at the end, whatever happens ---------------------------------------------------------------------------------------------
nodes=()
finish() {
    ended=$?
    [ ${#nodes[@]} -eq 0 ] || kill "${nodes[@]}" 2>/dev/null || true
    wait
    [ $ended -eq 0 ] || { echo "it stopped with $ended; the nodes' last words:" >&2; tail -n 3 ./*/log >&2 || true; }
}
trap finish EXIT

# serve CODE: starts the node in the folder of that name, and returns when it says that it serves.
serve() {
    # Not by the function: then $! would be a shell, and the node would outlive it.
    "$program" serve --config "$1/motcua.toml" 2>"$1/log" &
    nodes+=($!)
    until grep -qs ' serves at ' "$1/log"; do
        kill -0 $! 2>/dev/null || { cat "$1/log" >&2; exit 1; }
        sleep 0.02
    done
}

# until_it_works WHAT COMMAND...: tries again for a minute. Figures travel upward by themselves, and that takes a moment.
until_it_works() {
    what=$1; shift
    deadline=$(($(millis) + 60000))
    until "$@" >/dev/null 2>&1; do
        [ "$(millis)" -lt $deadline ] || { echo "waited in vain: $what" >&2; "$@" >&2; exit 1; }
        sleep 0.1
    done
}

# --- 1. the province: its own authority, and the tree of units ----------------------------------------------------------------------------------
cat >tree.csv <<EOF
code,name,level,parent_code
22,Tỉnh Quảng Ninh,province,
205,Thị xã Đông Triều,district,22
206,Thị xã Quảng Yên,district,22
07069,Xã An Sinh,commune,205
07072,Xã Bình Dương,commune,205
07075,Xã Nguyễn Huệ,commune,205
07201,Phường Yên Giang,commune,206
07204,Phường Cộng Hòa,commune,206
07207,Xã Sông Khoai,commune,206
EOF
begun=$(millis)
motcua init $PROVINCE --unit $PROVINCE --books-from 2024-12-15 --listen 127.0.0.1:"${port[$PROVINCE]}" >/dev/null 2>&1
serve $PROVINCE
echo "machine time  $PROVINCE      $(($(millis) - begun)) ms"
motcua registry import tree tree.csv --dir $PROVINCE

# --- 2. every other node, parents first: two commands each ---------------------------------------------------------------------------------------
for code in $DISTRICTS $COMMUNES; do
    begun=$(millis)
    motcua token issue --unit "$code" --dir $PROVINCE 2>/dev/null |
        motcua init "$code" --token - --listen 127.0.0.1:"${port[$code]}" --address https://127.0.0.1:"${port[$code]}" >/dev/null 2>&1
    serve "$code"
    echo "machine time  $code$([ ${#code} -eq 5 ] || echo '  ')   $(($(millis) - begun)) ms"
done

# --- 3. at each commune: a desk hands in its dossiers, an operator closes the period --------------------------------------------------------------
cat >mapping.toml <<'EOF'
source = "desk"
[input]
kind = "dossiers"
[columns]
dossier = "code"
received_at = "in"
closed_at = "out"
channel = "how"
[channels]
Desk = "direct"
EOF
umask 077                                           # credentials are secrets
for code in $COMMUNES; do
    motcua access issue --name "Quầy $code" --role desk --dir "$code" >"$code.desk" 2>/dev/null
    motcua access issue --name "Trưởng bộ phận $code" --role approver --dir "$code" >"$code.approver" 2>/dev/null
    {
        echo "code,in,out,how"
        for n in $(seq $DOSSIERS); do
            out=2025-02-$(printf %02d $((1 + n % 12)))
            [ "$n" -lt $DOSSIERS ] || out=
            echo "$code-$n,2025-01-$((16 + n)),$out,Desk"
        done
    } >"$code.csv"
    motcua desk import "$code.csv" --mapping mapping.toml --credentials "$code.desk" >/dev/null
    motcua period close $PERIOD --credentials "$code.approver" >/dev/null
done

# --- 4. districts and the province close when everything is there; then the report ---------------------------------------------------------------
for code in $DISTRICTS; do
    until_it_works "the communes' documents at $code" motcua report --period $PERIOD --unit "$code" --by unit --complete --dir "$code"
    motcua period close $PERIOD --dir "$code" >/dev/null
done
until_it_works "the districts' documents at $PROVINCE" motcua report --period $PERIOD --complete --dir $PROVINCE
motcua period close $PERIOD --dir $PROVINCE >/dev/null
motcua report --period $PERIOD --by unit --complete --lang en --dir $PROVINCE
motcua report --period $PERIOD --complete --format json --dir $PROVINCE >report.json
motcua node list --dir $PROVINCE

# --- 5. equal to the sum -----------------------------------------------------------------------------------------------------------------------
figure() { grep -oE "\"$1\": *[0-9]+" report.json | head -n 1 | grep -oE '[0-9]+$'; }
received=$(figure received_new) pending=$(figure pending_total)
[ "$received" -eq $((6 * DOSSIERS)) ] || { echo "received: $received, handed in: $((6 * DOSSIERS))" >&2; exit 1; }
[ "$pending" -eq 6 ] || { echo "pending: $pending, and it should be 6" >&2; exit 1; }
echo "the sum is right: $received received, $pending pending"
