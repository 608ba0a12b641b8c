VERSION = 1
def is_refusal(text): return "answer"
