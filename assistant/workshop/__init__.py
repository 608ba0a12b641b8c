"""The data workshop: data together with what models and people say of it. What needs neither is in `assistant.data`."""
