"""A generator function is called, and nothing is printed. When does it start?"""


def count():
    print("  starts")
    received = yield 1
    print("  received", received)
    yield 2
    print("  ends")


numbers = count()
print("called")
print("next gives", next(numbers))
print("send gives", numbers.send("hello"))
print("the last next gives", next(numbers, "nothing more"))
