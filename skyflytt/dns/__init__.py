"""The customer's domains: what points to the old provider, the plan of the change, its application and the way back."""
