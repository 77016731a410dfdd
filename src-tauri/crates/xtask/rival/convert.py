"""Converts posts with markdownify, over and over, and prints one JSON object.   convert.py FILE SECONDS"""

import json
import sys
import time

from markdownify import markdownify

posts = open(sys.argv[1], encoding="utf-8").read().split("\0")
until = time.monotonic() + float(sys.argv[2])
start, read, written = time.process_time(), 0, 0
while time.monotonic() < until:
    for post in posts:
        written += len(markdownify(post, heading_style="ATX").encode())
        read += len(post.encode())
print(json.dumps({"megabytes_per_cpu_second": read / 1e6 / (time.process_time() - start), "written": written}))
