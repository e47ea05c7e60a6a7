"""A command line that argparse refuses: usage on stderr, status 2."""

import argparse

parser = argparse.ArgumentParser("shop")
parser.add_argument("--count", type=int, required=True)
print("before")
parser.parse_args()
