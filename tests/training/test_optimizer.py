"""AdamW on fp32 masters: equal to AdamW in fp32, and finer than bfloat16 can be."""

import torch

from assistant.training.optimizer import MasterAdamW


def steps(optimizer_class, dtype, gradients, **settings):
    parameter = torch.nn.Parameter(torch.ones(8, dtype=dtype))
    optimizer = optimizer_class([parameter], **settings)
    for gradient in gradients:
        parameter.grad = gradient.to(dtype)
        optimizer.step()
        optimizer.zero_grad()
    return parameter, optimizer


GRADIENTS = [torch.linspace(-1, 1, 8) * (step + 1) for step in range(20)]


def test_in_fp32_it_is_adamw():
    mine, _ = steps(MasterAdamW, torch.float32, GRADIENTS, lr=1e-2, weight_decay=0.1, fused=True)
    theirs, _ = steps(torch.optim.AdamW, torch.float32, GRADIENTS, lr=1e-2, weight_decay=0.1, fused=True)
    assert torch.equal(mine, theirs)


def test_updates_too_small_for_bfloat16_add_up():
    mine, _ = steps(MasterAdamW, torch.bfloat16, [torch.ones(8)] * 100, lr=1e-4, weight_decay=0.0)
    theirs, _ = steps(torch.optim.AdamW, torch.bfloat16, [torch.ones(8)] * 100, lr=1e-4, weight_decay=0.0)
    assert torch.allclose(mine.float(), torch.full((8,), 0.99), atol=4e-3)
    assert torch.equal(theirs, torch.ones(8, dtype=torch.bfloat16))


def test_its_state_carries_the_bits_that_the_weights_lose():
    whole, _ = steps(MasterAdamW, torch.bfloat16, GRADIENTS, lr=1e-3)
    half, optimizer = steps(MasterAdamW, torch.bfloat16, GRADIENTS[:10], lr=1e-3)
    again = torch.nn.Parameter(half.detach().clone())
    continued = MasterAdamW([again], lr=1e-3)
    continued.load_state_dict(optimizer.state_dict())
    for gradient in GRADIENTS[10:]:
        again.grad = gradient.to(torch.bfloat16)
        continued.step()
    assert torch.equal(again, whole)
