#!/usr/bin/env python3
"""What the books must say after the reception-desk log is imported, computed another way.

Shares nothing with the product: every figure is counted straight from the rows, per period, without events, atoms or
stock. Prints JSON: "2010-10" is the legal month (15/9 to 14/10), "cal:2010-10" the calendar month.

usage: receipt.py log_receipt_cases.csv
"""
import csv
import json
import sys
from datetime import date, datetime, timedelta, timezone

HANOI = timezone(timedelta(hours=7))
CHANNEL = {"Internet": "online", "e-mail": "online", "Desk": "direct", "Intern": "direct", "Post": "postal"}


def local(text):
    return datetime.fromisoformat(text).astimezone(HANOI) if text else None


def day(text):
    return local(text).date() if text else None


def cases(path):
    for row in csv.DictReader(open(path, encoding="utf-8")):
        received, closed = local(row["received_at"]), local(row["closed_at"])
        # a completion before its reception cannot be: the dossier stays open
        if closed and closed < received:
            closed = None
        yield received.date(), closed and closed.date(), day(row["due_at"]), CHANNEL[row["channel"]]


def figures(all_cases, start, end):
    """Local dates, the end exclusive."""
    names = ["carried_over", "received_online", "received_direct", "received_postal", "resolved_early",
             "resolved_on_time", "resolved_late", "pending_within_deadline", "pending_overdue"]
    out = dict.fromkeys(names, 0)
    for received, closed, due, channel in all_cases:
        if received < start and (closed is None or closed >= start):
            out["carried_over"] += 1
        if start <= received < end:
            out["received_" + channel] += 1
        if closed and start <= closed < end:
            early_late = "on_time" if due is None or closed == due else "early" if closed < due else "late"
            out["resolved_" + early_late] += 1
        if received < end and (closed is None or closed >= end):
            overdue = due is not None and due + timedelta(days=1) <= end
            out["pending_overdue" if overdue else "pending_within_deadline"] += 1
    return out


def months(first, last):
    (year, month) = first
    while (year, month) <= last:
        yield year, month
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def main():
    all_cases = list(cases(sys.argv[1]))
    out = {}
    for year, month in months((2010, 10), (2012, 1)):
        before = (year - 1, 12) if month == 1 else (year, month - 1)
        after = (year + 1, 1) if month == 12 else (year, month + 1)
        name = f"{year}-{month:02}"
        out[name] = figures(all_cases, date(*before, 15), date(year, month, 15))
        out["cal:" + name] = figures(all_cases, date(year, month, 1), date(*after, 1))
    for figs in out.values():
        came = figs["carried_over"] + sum(v for k, v in figs.items() if k.startswith("received"))
        assert came == sum(v for k, v in figs.items() if k.startswith(("resolved", "pending")))
    json.dump(out, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
